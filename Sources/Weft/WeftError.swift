/// What is wrong with packed bytes, a container, or a request to pack: the rule broken and where.
public struct WeftError: Error, Hashable, Sendable {
  /// The rule that was broken. Raw values are stable: the C interface hands them out.
  public enum Rule: Int32, Sendable, CaseIterable {
    case truncated = 1
    case badMagic = 2
    case unsupportedVersion = 3
    case reservedNotZero = 4
    case checksumMismatch = 5
    case unknownRecord = 6
    case unexpectedRecord = 7
    case fieldOutOfRange = 8
    case sizeMismatch = 9
    case invalidHeaderIndex = 10
    case notCanonical = 11
    case indexMismatch = 12
    case duplicateName = 13
    case trailingBytes = 14
    case limitExceeded = 15
    case invalidText = 16
    case orderNotApplicable = 32
    case settingNotApplicable = 33
    case precisionTooSmall = 34
    case precisionAboveSixteen = 35
    case noSuchEntry = 36
    case unknownKernel = 37
    case readFailed = 48
    case writeFailed = 49
  }

  public var rule: Rule
  /// The field, section or setting at fault.
  public var what: Words
  #if hasFeature(Embedded)
    // Four words, which a function that throws hands out in registers: more would be copied by every caller.
    private var place = UInt64.max
    private var number = Int64.min
  #else
    /// Byte offset in the container file, where there is one.
    public var offset: UInt64?
    /// Name of the entry, where known.
    public var entry: PlainText?
    public var expected: Int64?
    public var found: Int64?
  #endif

  @inline(__always)
  public init(
    _ rule: Rule, _ what: Words, offset: UInt64? = nil, entry: @autoclosure () -> PlainText? = nil,
    expected: @autoclosure () -> Int64? = nil, found: Int64? = nil
  ) {
    self.rule = rule
    self.what = what
    self.offset = offset
    self.found = found
    #if !hasFeature(Embedded)
      self.entry = entry()
      self.expected = expected()
    #endif
  }

  /// The same error, placed: fills in the offset and entry where they are still missing.
  @inline(__always)
  func placed(offset: UInt64? = nil, entry: @autoclosure () -> PlainText? = nil) -> WeftError {
    var copy = self
    copy.offset = copy.offset ?? offset
    #if !hasFeature(Embedded)
      copy.entry = copy.entry ?? entry()
    #endif
    return copy
  }
}

#if hasFeature(Embedded)
  extension WeftError {
    public var offset: UInt64? {
      @inline(__always) get { place == .max ? nil : place }
      @inline(__always) set { place = newValue ?? .max }
    }

    public var found: Int64? {
      @inline(__always) get { number == .min ? nil : number }
      @inline(__always) set { number = newValue ?? .min }
    }

    /// Not kept: the offset tells which one it is.
    public var entry: PlainText? { nil }

    /// Not kept.
    public var expected: Int64? { nil }
  }
#endif

extension WeftError.Rule {
  /// The rule in words.
  public var text: StaticString {
    switch self {
    case .truncated: "bytes are missing"
    case .badMagic: "not a Weft container"
    case .unsupportedVersion: "unsupported version"
    case .reservedNotZero: "reserved bits or padding are not zero"
    case .checksumMismatch: "checksum does not match"
    case .unknownRecord: "unknown record"
    case .unexpectedRecord: "record out of place"
    case .fieldOutOfRange: "value out of range"
    case .sizeMismatch: "size does not follow from the other fields"
    case .invalidHeaderIndex: "group header names no table entry"
    case .notCanonical: "bytes are not canonical"
    case .indexMismatch: "index differs from the records"
    case .duplicateName: "name occurs twice"
    case .trailingBytes: "bytes are left over"
    case .limitExceeded: "limit of the format exceeded"
    case .invalidText: "text is not valid"
    case .orderNotApplicable: "lane order does not apply to this tensor"
    case .settingNotApplicable: "setting does not apply"
    case .precisionTooSmall: "no table entry is large enough"
    case .precisionAboveSixteen: "value less zero point needs more than 16 bits"
    case .noSuchEntry: "no such entry"
    case .unknownKernel: "unknown kernel"
    case .readFailed: "cannot read"
    case .writeFailed: "cannot write"
    }
  }
}

extension WeftError: CustomStringConvertible {
  /// One line: the rule, then in brackets the place, what was expected and what was found.
  public var description: String {
    var places = ["\(what)"]
    if let entry { places.append("entry \(entry)") }
    if let offset { places.append("offset \(offset)") }
    if let expected { places.append("expected \(expected)") }
    if let found { places.append("found \(found)") }
    return "\(rule.text) (\(places.joined(separator: ", ")))"
  }
}
