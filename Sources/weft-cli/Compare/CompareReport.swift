/// What `weft compare` prints.
struct CompareReport: Encodable {
  /// Sums over the arrays of one kind.
  struct Total: Encodable {
    var tensors: Int
    var values: Int
    var raw_bytes: Int
    var smallest: String
    var schemes: [String: Double]
  }

  var tensors: [SchemeSizes]
  /// By kind, and `all`: weights and activations together.
  var totals: [String: Total]

  init(_ tensors: [SchemeSizes]) {
    self.tensors = tensors
    totals = [:]
    for kind in ComparedItem.Kind.allCases.map(\.rawValue) {
      let rows = tensors.filter { $0.kind == kind }
      if !rows.isEmpty { totals[kind] = Total(rows) }
    }
    let both = tensors.filter { $0.kind != ComparedItem.Kind.bias.rawValue }
    if !both.isEmpty { totals["all"] = Total(both) }
  }

  func text(isVerbose: Bool) -> String {
    var text = ""
    if isVerbose || tensors.count <= 8 {
      var table = TextTable(["tensor", "kind", "values"] + SchemeSizes.order.dropFirst() + ["smallest"])
      for row in tensors {
        table.append([row.name, row.kind, String(row.values)] + Self.ratios(row.schemes) + [row.smallest])
      }
      text += table.text + "\n"
    }
    var table = TextTable(["total", "tensors", "raw bytes"] + SchemeSizes.order.dropFirst() + ["smallest"])
    for kind in ComparedItem.Kind.allCases.map(\.rawValue) + ["all"] {
      guard let total = totals[kind] else { continue }
      table.append(
        [kind == "all" ? "weights + activations" : kind, String(total.tensors), String(total.raw_bytes)]
          + Self.ratios(total.schemes) + [total.smallest])
    }
    return text + table.text
      + "Fractions of raw bits; * marks what is smaller than weft. entropy0 is the floor for codes of single bytes.\n"
  }

  private static func ratios(_ schemes: [String: Double]) -> [String] {
    let (raw, weft) = (schemes["raw"] ?? 0, schemes["weft"] ?? 0)
    return SchemeSizes.order.dropFirst().map { name in
      guard let bits = schemes[name], raw > 0 else { return "-" }
      return decimals(bits / raw) + (bits < weft && name != "entropy0" ? "*" : "")
    }
  }
}

extension CompareReport.Total {
  init(_ rows: [SchemeSizes]) {
    tensors = rows.count
    values = rows.reduce(0) { $0 + $1.values }
    raw_bytes = rows.reduce(0) { $0 + $1.raw_bytes }
    schemes = rows.reduce(into: [:]) { sums, row in sums.merge(row.schemes, uniquingKeysWith: +) }
    smallest = SchemeSizes.smallest(schemes)
  }
}
