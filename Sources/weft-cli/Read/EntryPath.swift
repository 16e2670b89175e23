import Weft

/// Where an entry's file goes below the output folder. Names come from files, so nothing in them may lead outside.
enum EntryPath {
  /// Bytes of the longest component written as it is: file systems take 255, and `.npy` comes behind it.
  private static let longestComponent = 240

  /// The name as a relative path: `/` makes folders; empty, `.` and `..` components, control characters and `%` are
  /// written as `%` and two hexadecimal digits. A component too long for a file system is cut and ends in its
  /// CRC-32C.
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
      return shortened(text)
    }
    return parts.joined(separator: "/")
  }

  private static func shortened(_ text: String) -> String {
    guard text.utf8.count > longestComponent else { return text }
    let crc = Array(text.utf8).withUnsafeBytes { CRC32C.extend(0, with: $0) }
    var kept = Substring(text)
    while kept.utf8.count > longestComponent - 9 { kept.removeLast() }
    let digits = String(crc, radix: 16)
    return kept + "%" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func escaped(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "%" + (digits.count == 1 ? "0" : "") + digits
  }
}
