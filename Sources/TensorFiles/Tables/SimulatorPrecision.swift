import Networks

/// DNNsim's `precision.txt`: a header line, then for activations and weights the bits left and right of the point, one
/// number a layer.
struct SimulatorPrecision: Hashable, Sendable {
  var activations: [SimulatorFormat]
  var weights: [SimulatorFormat]

  /// What DNNsim takes where there is no file.
  init(layerCount: Int) {
    activations = Array(repeating: SimulatorFormat(magnitudeBits: 14, fractionBits: 2), count: layerCount)
    weights = Array(repeating: SimulatorFormat(magnitudeBits: 1, fractionBits: 15), count: layerCount)
  }

  /// Reads the rows of the file, cells between semicolons, for as many layers. Throws `malformed` or `inconsistent`
  /// with the line.
  init(_ rows: [CommaTable.Row], layerCount: Int) throws(NetworkError) {
    guard rows.count >= 5 else {
      throw NetworkError(.malformed, "a header and four lines are expected, \(rows.count) found")
    }
    var lines: [[Int]] = []
    for row in rows[1...4] {
      var numbers: [Int] = []
      for cell in row.cells where !cell.isEmpty {
        guard let number = Int(cell), (-64...64).contains(number) else {
          throw NetworkError(.malformed, "'\(cell)' is no number of bits", place: "line \(row.line)")
        }
        numbers.append(number)
      }
      guard numbers.count == layerCount else {
        throw NetworkError(
          .inconsistent, "\(numbers.count) numbers for \(layerCount) layers", place: "line \(row.line)")
      }
      lines.append(numbers)
    }
    activations = zip(lines[0], lines[1]).map { SimulatorFormat(magnitudeBits: $0, fractionBits: $1) }
    weights = zip(lines[2], lines[3]).map { SimulatorFormat(magnitudeBits: $0, fractionBits: $1) }
    for format in activations + weights where !(1...16).contains(format.magnitudeBits + format.fractionBits) {
      throw NetworkError(
        .inconsistent, "\(format.magnitudeBits) and \(format.fractionBits) bits are not 1 to 16 together")
    }
  }

  /// The file's text.
  var text: String {
    func line(_ numbers: [Int]) -> String { numbers.map { "\($0);" }.joined() + "\n" }
    return "magnitude (+1 of the sign), fraction, wgt_magnitude, wgt_fraction\n"
      + line(activations.map(\.magnitudeBits)) + line(activations.map(\.fractionBits))
      + line(weights.map(\.magnitudeBits)) + line(weights.map(\.fractionBits))
  }
}
