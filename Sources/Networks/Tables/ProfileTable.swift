/// A precision profile as a table: one line a layer, that is laid over a graph.
///
/// The first line names the columns: `layer`, and any of `activation_bits`, `activation_signed`,
/// `activation_low_bits_dropped`, `weight_bits`, `weight_low_bits_dropped`. An empty cell sets nothing.
public struct ProfileTable: Hashable, Sendable {
  /// The profile of each layer that the table names.
  public let profiles: [String: PrecisionProfile]

  /// Reads a table. Throws `malformed`, `missing` or `inconsistent` with the line.
  public init(_ text: UnsafeRawBufferPointer) throws(NetworkError) {
    let rows = try CommaTable(text).rows
    guard let header = rows.first, let layerColumn = header.cells.firstIndex(of: "layer") else {
      throw NetworkError(.missing, "the first line names the columns, 'layer' among them", place: "line 1")
    }
    for name in header.cells where name != "layer" && !name.isEmpty && !Self.columns.contains(name) {
      throw NetworkError(.unsupported, "column '\(name)'", place: "line \(header.line)")
    }
    var profiles: [String: PrecisionProfile] = [:]
    for row in rows.dropFirst() {
      let place = "line \(row.line)"
      guard row.cells.count <= header.cells.count, row.cells.indices.contains(layerColumn) else {
        throw NetworkError(.malformed, "\(header.cells.count) cells expected, \(row.cells.count) found", place: place)
      }
      var profile = PrecisionProfile()
      for (column, cell) in zip(header.cells, row.cells) where Self.columns.contains(column) && !cell.isEmpty {
        try Self.set(column, cell, &profile, place)
      }
      try profile.check(place: place)
      guard profiles.updateValue(profile, forKey: row.cells[layerColumn]) == nil else {
        throw NetworkError(.inconsistent, "layer '\(row.cells[layerColumn])' is there twice", place: place)
      }
    }
    self.profiles = profiles
  }

  private static let columns = [
    "activation_bits", "activation_signed", "activation_low_bits_dropped", "weight_bits", "weight_low_bits_dropped",
  ]

  private static func set(
    _ column: String, _ cell: String, _ profile: inout PrecisionProfile, _ place: String
  ) throws(NetworkError) {
    if column == "activation_signed" {
      guard cell == "true" || cell == "false" else {
        throw NetworkError(.malformed, "'\(cell)', true or false is expected", place: place)
      }
      profile.activationIsSigned = cell == "true"
      return
    }
    guard let number = Int(cell) else { throw NetworkError(.malformed, "'\(cell)' is no number", place: place) }
    switch column {
    case "activation_bits": profile.activationBits = number
    case "activation_low_bits_dropped": profile.activationLowBitsDropped = number
    case "weight_bits": profile.weightBits = number
    default: profile.weightLowBitsDropped = number
    }
  }
}

extension LayerGraph {
  /// The graph with a table's profiles in place of its layers' own; layers the table does not name keep theirs.
  ///
  /// Throws `missing` for a name that is no layer.
  public func applying(_ table: ProfileTable) throws(NetworkError) -> LayerGraph {
    var graph = self
    var unused = Set(table.profiles.keys)
    for index in graph.layers.indices {
      guard let profile = table.profiles[graph.layers[index].name] else { continue }
      graph.layers[index].profile = profile
      unused.remove(graph.layers[index].name)
    }
    if let name = unused.min() { throw NetworkError(.missing, "the network has no layer '\(name)'") }
    return graph
  }
}
