#if hasFeature(Embedded)
  extension StandardError {
    /// Words of an error as they stand in the program: composed text would cost an embedded program more code than all
    /// checks do, so of a text with values in it the first words are kept, and the error's numbers say the rest.
    @safe
    public struct Words: ExpressibleByStringInterpolation, CustomStringConvertible, Hashable, Sendable {
      public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var first: StaticString = ""

        @inline(__always)
        public init(literalCapacity: Int, interpolationCount: Int) {}

        @inline(__always)
        public mutating func appendLiteral(_ literal: StaticString) {
          if first.utf8CodeUnitCount == 0 { first = literal }
        }

        @inline(__always)
        public mutating func appendInterpolation<T>(_ value: @autoclosure () -> T) {}
      }

      /// Text of the program, which ends with a zero: readable from any thread.
      public nonisolated(unsafe) let text: UnsafePointer<UInt8>

      @inline(__always)
      public init(stringLiteral text: StaticString) { unsafe self.text = text.utf8Start }

      @inline(__always)
      public init(stringInterpolation: StringInterpolation) { self.init(stringLiteral: stringInterpolation.first) }

      public var description: String { unsafe String(cString: text) }
    }
  }
#else
  extension StandardError {
    /// Words of an error.
    public typealias Words = String
  }
#endif
