#if hasFeature(Embedded)
  import CWeft
  import LPDDR4
  import Weft

  /// Why a call of the C interface fails, in the four words that a function hands out in registers: what a buffer should
  /// have had takes the place of the offset.
  struct CallFailure: Error {
    typealias Words = WeftError.Words

    private let number: Int32
    private let text: Words
    private var place = Int64.min
    private var value = Int64.min

    var code: Int64 { Int64(number) }
    private var isTooSmall: Bool { code == Int64(WEFT_ERROR_BUFFER_TOO_SMALL.rawValue) }
    var offset: Int64? { place == .min || isTooSmall ? nil : place }
    var expected: Int64? { place == .min || !isTooSmall ? nil : place }
    var found: Int64? { value == .min ? nil : value }

    private init(_ code: Int32, _ text: Words, place: Int64?, found: Int64?) {
      (number, self.text, self.place, value) = (code, text, place ?? .min, found ?? .min)
    }

    /// Rules keep their numbers, negative. A buffer is the only sink there is.
    init(_ error: WeftError) {
      self.init(
        error.rule == .writeFailed ? WEFT_ERROR_BUFFER_TOO_SMALL.rawValue : -error.rule.rawValue, error.what,
        place: error.rule == .writeFailed ? nil : error.offset.map { Int64(clamping: $0) }, found: error.found)
    }

    init(_ error: StandardError) {
      self.init(
        WEFT_ERROR_CHANNEL_CONFIGURATION.rawValue, Words(error.what.text), place: nil, found: Int64(error.found))
    }

    init(_ code: weft_error, _ text: Words) { self.init(code.rawValue, text, place: nil, found: nil) }

    static func null(_ what: Words) -> CallFailure { CallFailure(WEFT_ERROR_INVALID_ARGUMENT, what) }

    static func tooSmall(_ needed: Int, _ capacity: Int) -> CallFailure {
      CallFailure(
        WEFT_ERROR_BUFFER_TOO_SMALL.rawValue, "the buffer is too small", place: Int64(needed), found: Int64(capacity))
    }

    /// The rule in words, where a rule of the format is broken, and its place.
    var line: [UInt8] {
      var line: [UInt8] = []
      if let rule = WeftError.Rule(rawValue: -number) {
        line = PlainText(stringLiteral: rule.text).utf8 + PlainText(": ").utf8
      }
      return line + text.utf8
    }
  }
#endif
