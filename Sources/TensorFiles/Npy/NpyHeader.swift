import Networks

/// What the header of a `.npy` array says, and where its data lies.
///
/// Format: numpy `lib/_format_impl.py`, versions 1.0, 2.0 and 3.0. Read with `init(parsing:)`, written with
/// `encoded()`.
public struct NpyHeader: Hashable, Sendable {
  /// Longest header that is read; numpy itself refuses above 10,000 bytes.
  public static let maximumByteCount = 65_536
  /// Most axes that are read.
  public static let maximumRank = 32

  /// Type of the elements.
  public var type: ArrayType
  /// True when the file's elements are big-endian; always false for one-byte types.
  public var isBigEndian: Bool
  /// True when the first axis varies fastest.
  public var isColumnMajor: Bool
  /// Extents, outermost axis first; empty for a single value.
  public var shape: [Int]

  /// Joins the fields of a header.
  public init(type: ArrayType, isBigEndian: Bool = false, isColumnMajor: Bool = false, shape: [Int]) {
    self.type = type
    self.isBigEndian = isBigEndian && type.byteCount > 1
    self.isColumnMajor = isColumnMajor
    self.shape = shape
  }

  /// Reads a header at the start of `bytes`, which begin at index 0.
  ///
  /// The result's `dataOffset` is where the data begins; its `byteCount` bytes may or may not be there: the
  /// caller checks that. Throws `truncated`, `malformed`, `unsupported` (dtype, version) or `tooLarge`.
  public static func parse<Bytes: RandomAccessCollection>(
    _ bytes: Bytes
  ) throws(TensorFileError) -> (header: NpyHeader, dataOffset: Int) where Bytes.Element == UInt8, Bytes.Index == Int {
    guard bytes.count >= 10 else { throw TensorFileError(.truncated, "10 bytes expected, \(bytes.count) found", at: 0) }
    guard bytes.starts(with: magic) else { throw TensorFileError(.malformed, "no \\x93NUMPY at the start", at: 0) }
    let major = bytes[6]
    guard (1...3).contains(major), bytes[7] == 0 else {
      throw TensorFileError(.unsupported, "version \(major).\(bytes[7]), 1.0 to 3.0 are known", at: 6)
    }
    let textOffset = major == 1 ? 10 : 12
    guard bytes.count >= textOffset else {
      throw TensorFileError(.truncated, "12 bytes expected, \(bytes.count) found", at: 0)
    }
    // The count is what stands between the version and the text, little-endian.
    let textCount = bytes[8..<textOffset].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard textCount <= maximumByteCount else {
      throw TensorFileError(.tooLarge, "header of \(textCount) bytes, at most \(maximumByteCount) are read", at: 8)
    }
    guard bytes.count - textOffset >= textCount else {
      throw TensorFileError(
        .truncated, "header of \(textCount) bytes, \(bytes.count - textOffset) found", at: textOffset)
    }
    var parser = NpyDictionaryParser(text: Array(bytes[textOffset..<textOffset + textCount]), offset: textOffset)
    return (try parser.header(), textOffset + textCount)
  }

  /// Bytes of the data; nil when the product does not fit `Int`.
  public var byteCount: Int? {
    var count = type.byteCount
    var isEmpty = false
    for extent in shape {
      if extent == 0 {
        isEmpty = true
        continue
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return isEmpty ? 0 : count
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
}

extension NpyHeader {
  /// Bytes that change places in the other byte order: half an element for complex numbers.
  public var wordByteCount: Int {
    type == .complex64 || type == .complex128 ? type.byteCount / 2 : type.byteCount
  }
}
