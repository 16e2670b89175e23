/// A JSON object being read: hands out members by key, remembers which were taken, and names the place in errors.
public struct JSONObject {
  private var values: [String: JSONValue]
  private var order: [String]
  private let place: String

  /// Takes an object; `place` says where it lies, for errors. Throws `malformed` when `value` is no object.
  public init(_ value: JSONValue, place: String) throws(NetworkError) {
    guard case .object(let members) = value else {
      throw NetworkError(.malformed, "an object is expected", place: place)
    }
    values = [:]
    for member in members { values[member.key] = member.value }
    order = members.map(\.key)
    self.place = place
  }

  /// The members nobody took, in their order.
  public var rest: [JSONMember] { order.compactMap { key in values[key].map { JSONMember(key, $0) } } }

  /// Takes a member that may be absent.
  public mutating func take(_ key: String) -> JSONValue? { values.removeValue(forKey: key) }

  /// A member that may be absent, without taking it.
  public func copy(_ key: String) -> JSONValue? { values[key] }

  /// Takes a text that may be absent.
  public mutating func string(_ key: String) throws(NetworkError) -> String? {
    guard let value = take(key) else { return nil }
    guard case .string(let text) = value else { throw wrong(key, "text") }
    return text
  }

  /// Takes an integer that may be absent.
  public mutating func integer(_ key: String) throws(NetworkError) -> Int? {
    guard let value = take(key) else { return nil }
    return try number(value, key)
  }

  /// Takes a truth value that may be absent.
  public mutating func boolean(_ key: String) throws(NetworkError) -> Bool? {
    guard let value = take(key) else { return nil }
    guard case .boolean(let truth) = value else { throw wrong(key, "true or false") }
    return truth
  }

  /// Takes a number that may be absent.
  public mutating func double(_ key: String) throws(NetworkError) -> Double? {
    guard let value = take(key) else { return nil }
    return try double(value, key)
  }

  /// Takes integers, one or a list; nil when absent.
  public mutating func integers(_ key: String) throws(NetworkError) -> [Int]? {
    guard let value = take(key) else { return nil }
    guard case .array(let elements) = value else { return [try number(value, key)] }
    var result: [Int] = []
    for element in elements { result.append(try number(element, key)) }
    return result
  }

  /// Takes numbers, one or a list; nil when absent.
  public mutating func doubles(_ key: String) throws(NetworkError) -> [Double]? {
    guard let value = take(key) else { return nil }
    guard case .array(let elements) = value else { return [try double(value, key)] }
    var result: [Double] = []
    for element in elements { result.append(try double(element, key)) }
    return result
  }

  /// Takes texts, one or a list; nil when absent.
  public mutating func strings(_ key: String) throws(NetworkError) -> [String]? {
    guard let value = take(key) else { return nil }
    var result: [String] = []
    let elements: [JSONValue] = if case .array(let elements) = value { elements } else { [value] }
    for element in elements {
      guard case .string(let text) = element else { throw wrong(key, "text") }
      result.append(text)
    }
    return result
  }

  /// Takes a list that may be absent.
  public mutating func array(_ key: String) throws(NetworkError) -> [JSONValue]? {
    guard let value = take(key) else { return nil }
    guard case .array(let elements) = value else { throw wrong(key, "a list") }
    return elements
  }

  /// Takes an object that may be absent.
  public mutating func object(_ key: String) throws(NetworkError) -> JSONObject? {
    guard let value = take(key) else { return nil }
    return try JSONObject(value, place: "\(place), key '\(key)'")
  }

  /// The value, or the error that `key` is missing.
  public func needed<Value>(_ value: Value?, _ key: String) throws(NetworkError) -> Value {
    guard let value else { throw NetworkError(.missing, "key '\(key)' is needed", place: place) }
    return value
  }

  /// An error about one key of this object.
  public func error(_ rule: NetworkError.Rule, _ detail: String, key: String) -> NetworkError {
    NetworkError(rule, detail, place: "\(place), key '\(key)'")
  }

  private func wrong(_ key: String, _ expected: String) -> NetworkError {
    error(.malformed, "\(expected) is expected", key: key)
  }

  private func number(_ value: JSONValue, _ key: String) throws(NetworkError) -> Int {
    guard case .integer(let number) = value, let integer = Int(exactly: number) else {
      throw wrong(key, "an integer")
    }
    return integer
  }

  private func double(_ value: JSONValue, _ key: String) throws(NetworkError) -> Double {
    switch value {
    case .integer(let number): return Double(number)
    case .number(let number): return number
    default: throw wrong(key, "a number")
    }
  }
}
