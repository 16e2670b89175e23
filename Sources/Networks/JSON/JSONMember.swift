/// One member of a JSON object.
public struct JSONMember: Hashable, Sendable {
  /// The member's key; no two members of one object share it.
  public var key: String
  /// The member's value.
  public var value: JSONValue

  /// Joins a key and its value.
  public init(_ key: String, _ value: JSONValue) {
    self.key = key
    self.value = value
  }
}
