/// Every tensor under every scheme, and its precisions.
struct TensorTables {
  var schemes: [SchemeSizes]
  var precisions: [PrecisionRow]

  var markup: Markup { "\(groups.markup)\(sizes.markup)" }

  private var sizes: PageTable {
    var table = PageTable(
      id: "tensors", title: "Every tensor under every scheme",
      caption:
        "Parts of the raw size. <b class=\"mark\">&lt;</b> marks what is smaller than weft; entropy0 is the floor for codes of single bytes and no scheme.",
      columns: [
        .init(title: "tensor", isText: true), .init(title: "kind", isText: true), .init(title: "values"),
        .init(title: "raw", unit: "B"),
      ] + SchemeSizes.order.dropFirst().map { .init(title: $0, unit: "of raw") } + [
        .init(title: "smallest", isText: true)
      ])
    for row in schemes {
      table.rows.append(
        [Markup.name(row.name), "\(row.kind)", PageTable.number(row.values), PageTable.number(row.raw_bytes)]
          + ratios(row.schemes) + ["\(row.smallest)"])
    }
    if let all = CompareReport(schemes).totals["all"] {
      table.total =
        ["all", "", PageTable.number(all.values), PageTable.number(all.raw_bytes)] + ratios(all.schemes, id: "all-")
        + ["\(all.smallest)"]
    }
    return table
  }

  private func ratios(_ sizes: [String: Double], id: String? = nil) -> [Markup] {
    let raw = sizes["raw"] ?? 0
    let rivals = SchemeSizes.rivals(sizes)
    return SchemeSizes.order.dropFirst().map { name in
      guard let bits = sizes[name], raw > 0 else { return "-" }
      let number = PageTable.number(bits / raw, 3, id: id.map { $0 + name })
      return rivals.contains(name) ? "<b class=\"mark\">&lt; \(number)</b>" : number
    }
  }

  private var groups: PageTable {
    var table = PageTable(
      id: "groups", title: "Every precision",
      caption: "Groups of each tensor by the bits that they are stored with, in the order that the array reads.",
      columns: [
        .init(title: "tensor", isText: true), .init(title: "kind", isText: true), .init(title: "groups"),
        .init(title: "mean", unit: "bits"),
      ] + (0...16).map { .init(title: "\($0)", unit: $0 == 1 ? "bit" : "bits") })
    for row in precisions {
      table.rows.append(
        [
          Markup.name(row.name), "\(row.kind.rawValue)", PageTable.number(row.groupCount),
          PageTable.number(row.mean, 2),
        ]
          + row.counts.map { PageTable.number($0) })
    }
    return table
  }
}
