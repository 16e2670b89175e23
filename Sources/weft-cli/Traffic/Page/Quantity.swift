/// Numbers with units as people read them.
enum Quantity {
  static func bytes(_ count: Int) -> String { scaled(Double(count), "B", whole: true) }
  static func bytes(_ count: Double) -> String { scaled(count, "B", whole: true) }
  static func time(nanoseconds: Double) -> String { scaled(nanoseconds * 1e-9, "s") }
  static func energy(picojoules: Double) -> String { scaled(picojoules * 1e-12, "J") }
  static func count(_ value: Double) -> String { scaled(value, "", whole: true) }

  /// On-chip memories come in powers of two.
  static func memory(_ count: Int) -> String {
    for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where count >= 1 << shift && count % (1 << shift) == 0
    {
      return "\(count >> shift) \(unit)"
    }
    return "\(grouped(count)) B"
  }

  /// All digits, by threes.
  static func grouped(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var place = digits.count - 3
    while place > 0 {
      digits.insert("\u{202F}", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return (value < 0 ? "\u{2212}" : "") + digits
  }

  /// Part of the whole in the notation of SVG; within the picture whatever is asked.
  static func percent(_ part: Double, of whole: Double = 1) -> String {
    let ratio = part / whole
    return ratio.isFinite ? decimals(100 * min(1, max(0, ratio)), 3) + "%" : "0%"
  }

  /// A unit with its prefix and four significant digits, trailing zeros left out.
  private static func scaled(_ value: Double, _ unit: String, whole: Bool = false) -> String {
    let space = unit.isEmpty ? "" : "\u{A0}"
    guard value.isFinite else { return "\(value)\(space)\(unit)" }
    var (mantissa, prefix) = (value, "")
    if abs(value) >= 1000 {
      for next in ["k", "M", "G", "T", "P", "E"] where abs(mantissa) >= 999.95 {
        mantissa /= 1000
        prefix = next
      }
    } else if !whole, value != 0 {
      for next in ["m", "\u{B5}", "n", "p"] where abs(mantissa) < 0.99995 {
        mantissa *= 1000
        prefix = next
      }
    }
    guard abs(mantissa) < 1e6 else { return "\(value)\(space)\(unit)" }
    return short(mantissa) + (prefix.isEmpty ? space : "\u{A0}\(prefix)") + unit
  }

  /// Up to four digits.
  static func short(_ value: Double) -> String {
    let places = abs(value) >= 999.95 ? 0 : abs(value) >= 99.95 ? 1 : 2
    var text = decimals(value, places)
    guard places > 0 else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}
