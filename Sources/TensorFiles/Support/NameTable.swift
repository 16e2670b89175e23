/// Names for the arrays of one file: those of the file where they are unique, else with a number behind them.
struct NameTable {
  private var used: Set<String> = []
  /// The number that was given last, so that many equal names do not search from the start each time.
  private var lastNumbers: [String: Int] = [:]

  /// `name`, or the first of `name#2`, `name#3`, ... that is free; `fallback` stands in for an empty name.
  mutating func unique(_ name: String, fallback: String) -> String {
    let base = name.isEmpty ? fallback : name
    if used.insert(base).inserted { return base }
    var number = lastNumbers[base, default: 1] + 1
    while !used.insert("\(base)#\(number)").inserted { number += 1 }
    lastNumbers[base] = number
    return "\(base)#\(number)"
  }
}
