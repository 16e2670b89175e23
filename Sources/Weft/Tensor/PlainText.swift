#if hasFeature(Embedded)
  /// Text as its bytes: the format compares names byte by byte, and `String` would bring Unicode's tables along.
  public struct PlainText: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let utf8: [UInt8]

    public init(stringLiteral text: StaticString) {
      // A literal's bytes live as long as the program.
      utf8 = unsafe [UInt8](UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Text of the program, which is UTF-8 and ends with a zero.
    @unsafe
    public init(cString text: UnsafePointer<CChar>) { utf8 = unsafe PlainText.bytes(text) }

    /// Text that ends with a zero; nil when it is not UTF-8.
    @unsafe
    public init?(validatingCString text: UnsafePointer<CChar>) {
      self.init(validating: unsafe PlainText.bytes(text), as: UTF8.self)
    }

    /// nil when the bytes are not UTF-8.
    public init?(validating bytes: [UInt8], as encoding: UTF8.Type) {
      var (decoder, input) = (UTF8(), bytes.makeIterator())
      decoding: while true {
        switch decoder.decode(&input) {
        case .scalarValue: continue
        case .emptyInput: break decoding
        case .error: return nil
        }
      }
      utf8 = bytes
    }

    private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
      var bytes: [UInt8] = []
      // Up to the zero, and not beyond.
      var next = unsafe text
      while unsafe next.pointee != 0 {
        unsafe bytes.append(UInt8(bitPattern: next.pointee))
        unsafe next += 1
      }
      return bytes
    }

    public var isEmpty: Bool { utf8.isEmpty }

    public var description: String { String(decoding: utf8, as: UTF8.self) }

    @safe
    mutating func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
      unsafe utf8.withUnsafeBufferPointer { unsafe body($0) }
    }
  }
#else
  /// Text of a container: names, names of types, keys of metadata.
  public typealias PlainText = String
#endif
