import CWeft
import Weft

/// Text that goes in and out.
enum CText {
  /// A caller's text. Throws `INVALID_ARGUMENT` when it is not UTF-8.
  static func read(_ text: UnsafePointer<CChar>) throws(CallFailure) -> PlainText {
    guard let string = PlainText(validatingCString: text) else {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "a text that is not UTF-8")
    }
    return string
  }

  /// Writes text and a NUL; returns the length without it. (NULL, 0) asks for the length.
  static func write(_ string: PlainText, to text: UnsafeMutablePointer<CChar>?, _ capacity: Int) throws(CallFailure)
    -> Int64
  {
    let length = string.utf8.count
    guard let text else {
      guard capacity == 0 else { throw .null("text") }
      return Int64(length)
    }
    guard length < capacity else { throw .tooSmall(length + 1, capacity) }
    for (place, byte) in string.utf8.enumerated() { text[place] = CChar(bitPattern: byte) }
    text[length] = 0
    return Int64(length)
  }

  /// The text of a fixed field, up to its NUL or its end.
  static func field<T>(_ value: T) throws(CallFailure) -> PlainText {
    let bytes = withUnsafeBytes(of: value) { bytes in Array(bytes.prefix { $0 != 0 }) }
    guard let string = PlainText(validating: bytes, as: UTF8.self) else {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "a text that is not UTF-8")
    }
    return string
  }
}
