/// The cells of a comma-separated text: one row a line, spaces around cells dropped, empty lines and lines that begin
/// with `#` left out. A cell in double quotes may hold commas; a doubled quote in it is a quote.
public struct CommaTable: Hashable, Sendable {
  /// Longest text that is read.
  public static let maximumByteCount = 16 << 20

  /// One row of a table.
  public struct Row: Hashable, Sendable {
    /// The row's line, counted from 1.
    public var line: Int
    /// Its cells.
    public var cells: [String]
  }

  /// The rows in order.
  public let rows: [Row]

  /// Reads a text. Throws `malformed` with the line, or `tooLarge`.
  public init(_ text: UnsafeRawBufferPointer, separator: Unicode.Scalar = ",") throws(NetworkError) {
    guard text.count <= Self.maximumByteCount else {
      throw NetworkError(.tooLarge, "a table of \(text.count) bytes, at most \(Self.maximumByteCount) are read")
    }
    var rows: [Row] = []
    for (index, line) in text.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let cells = try Self.cells(line, separator: UInt8(ascii: separator), line: index + 1)
      if cells.contains(where: { !$0.isEmpty }), cells.first?.hasPrefix("#") != true {
        rows.append(Row(line: index + 1, cells: cells))
      }
    }
    self.rows = rows
  }

  private static func cells(
    _ line: Slice<UnsafeRawBufferPointer>, separator: UInt8, line number: Int
  ) throws(NetworkError) -> [String] {
    var cells: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var closedBefore = false
    for byte in line where byte != 13 {
      switch byte {
      case UInt8(ascii: "\""):
        // A doubled quote closes and opens again, which leaves one in the cell.
        if closedBefore { cell.append(byte) }
        closedBefore = isQuoted
        isQuoted.toggle()
      case separator where !isQuoted:
        cells.append(try text(cell, number))
        cell = []
        closedBefore = false
      default:
        cell.append(byte)
        closedBefore = false
      }
    }
    guard !isQuoted else { throw NetworkError(.malformed, "a quote is not closed", place: "line \(number)") }
    return cells + [try text(cell, number)]
  }

  private static func text(_ bytes: [UInt8], _ line: Int) throws(NetworkError) -> String {
    let start = bytes.firstIndex { $0 != 32 && $0 != 9 } ?? bytes.endIndex
    let end = bytes.lastIndex { $0 != 32 && $0 != 9 }.map { $0 + 1 } ?? start
    guard let text = String(validating: bytes[start..<end], as: UTF8.self) else {
      throw NetworkError(.malformed, "the text is not UTF-8", place: "line \(line)")
    }
    return text
  }
}
