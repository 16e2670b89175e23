import Networks

/// One line of DNNsim's `model.csv`: name, type, stride, padding.
struct SimulatorRow: Hashable, Sendable {
  /// With `-` for `/`, as in the traces' file names.
  let name: String
  /// `conv`, `fc` or `lstm`.
  let type: String
  let stride: Int
  let padding: Int

  init(_ row: CommaTable.Row) throws(NetworkError) {
    let place = "model.csv, line \(row.line)"
    guard row.cells.count >= 4, let stride = Int(row.cells[2]), let padding = Int(row.cells[3]) else {
      throw NetworkError(.malformed, "name, type, stride and padding are expected", place: place)
    }
    name = String(row.cells[0].map { $0 == "/" ? "-" : $0 })
    type = row.cells[1]
    self.stride = stride
    self.padding = padding
    guard ["conv", "fc", "lstm"].contains(type) else {
      throw NetworkError(.unsupported, "layer type '\(type)'", place: place)
    }
    guard !name.isEmpty, name != ".", name != ".." else { throw NetworkError(.malformed, "no name", place: place) }
  }

  init(name: String, type: String, stride: Int, padding: Int) {
    self.name = name
    self.type = type
    self.stride = stride
    self.padding = padding
  }
}
