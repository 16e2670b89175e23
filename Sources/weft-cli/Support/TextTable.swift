/// Aligned columns: the first to the left, the others to the right unless asked for otherwise.
struct TextTable {
  private var rows: [[String]]

  init(_ header: [String]) { rows = [header] }

  mutating func append(_ row: [String]) { rows.append(row) }

  var text: String { text(leftColumns: [0]) }

  /// The lines, with these columns to the left.
  func text(leftColumns: Set<Int>) -> String {
    let columns = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: columns[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (leftColumns.contains(column) ? cell + space : space + cell)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

/// A ratio with three decimals, without Foundation's formatting.
func decimals(_ value: Double, _ places: Int = 3) -> String {
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  // Beyond 64 bits, or no number at all: as it is.
  guard abs(value * scale) < 9e18 else { return "\(value)" }
  let scaled = Int64((value * scale).rounded())
  guard places > 0 else { return String(scaled) }
  let digits = String(abs(scaled) % Int64(scale))
  let fraction = String(repeating: "0", count: places - digits.count) + digits
  return (scaled < 0 ? "-" : "") + String(abs(scaled) / Int64(scale)) + "." + fraction
}
