/// Where an entry's file goes below the output folder. Names come from files, so nothing in them may lead outside.
enum EntryPath {
  /// The name as a relative path: `/` makes folders; empty, `.` and `..` components, control characters and `%` are
  /// written as `%` and two hexadecimal digits.
  static func relative(_ name: String) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map { part -> String in
      if part.isEmpty { return "%2F" }
      if part == "." || part == ".." { return part.utf8.map(escaped).joined() }
      var text = ""
      for scalar in part.unicodeScalars {
        if scalar.value < 0x20 || scalar.value == 0x7F || scalar == "%" {
          text += escaped(UInt8(scalar.value))
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
      return text
    }
    return parts.joined(separator: "/")
  }

  private static func escaped(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "%" + (digits.count == 1 ? "0" : "") + digits
  }
}
