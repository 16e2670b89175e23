/// A piece of the page. What stands in the source passes as it is; every string put into it is escaped, so that names
/// from files cannot break out. Well-formed as XML too.
struct Markup: ExpressibleByStringInterpolation {
  private(set) var text: String

  init(stringLiteral value: String) { text = value }

  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { text += literal }

    mutating func appendInterpolation(_ value: String) { Markup.escape(value, into: &text) }

    mutating func appendInterpolation(_ value: Int) { text += String(value) }

    mutating func appendInterpolation(_ piece: Markup) { text += piece.text }

    mutating func appendInterpolation(_ pieces: [Markup]) { for piece in pieces { text += piece.text } }
  }

  static func += (left: inout Markup, right: Markup) { left.text += right.text }

  /// Names are cut by the style where there is no room; the whole name shows when it is pointed at.
  static func name(_ name: String, number: Int? = nil) -> Markup {
    let place: Markup = number.map { "<i>\($0)</i>" } ?? ""
    return "<span class=\"name\" title=\"\(name)\">\(place)\(name)</span>"
  }

  /// Entries of a legend: a class of the style and what it means.
  static func legend(_ entries: [(style: String, meaning: String)]) -> Markup {
    let items = entries.map { entry -> Markup in
      """
      <li><svg class="swatch" width="14" height="14" aria-hidden="true"><rect class="\(entry.style)" x="1" y="1" \
      width="12" height="12" rx="2"/></svg>\(entry.meaning)</li>
      """
    }
    return "<ul class=\"legend\">\(items)</ul>\n"
  }

  private static func escape(_ value: String, into text: inout String) {
    for scalar in value.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      case "\t", "\n", "\r": text += " "
      // Controls, which XML forbids, and marks that turn the direction of the text around them.
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200E}"..."\u{200F}", "\u{2028}"..."\u{202E}",
        "\u{2066}"..."\u{2069}", "\u{FFFE}"..."\u{FFFF}":
        text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
