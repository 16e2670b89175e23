/// A JSON value; objects keep the order of their members.
///
/// Own and small, so that the library needs no Foundation and hostile text ends in an error within fixed limits.
public enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// A number written without fraction and exponent that fits 64 bits.
  case integer(Int64)
  /// Any other finite number.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])
}
