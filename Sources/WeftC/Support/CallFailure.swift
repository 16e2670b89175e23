#if !hasFeature(Embedded)
  import CWeft
  import LPDDR4
  import Weft

  /// Why a call of the C interface fails: the code it returns and what goes into a `weft_problem`.
  struct CallFailure: Error {
    typealias Words = String

    var code: Int64
    var text: Words
    var offset: Int64?
    var expected: Int64?
    var found: Int64?

    init(_ code: weft_error, _ text: Words) {
      self.code = Int64(code.rawValue)
      self.text = text
    }

    /// Rules keep their numbers, negative. A buffer is the only sink there is.
    init(_ error: WeftError) {
      code = error.rule == .writeFailed ? Int64(WEFT_ERROR_BUFFER_TOO_SMALL.rawValue) : -Int64(error.rule.rawValue)
      text = error.description
      offset = error.offset.map { Int64(clamping: $0) }
      expected = error.expected
      found = error.found
    }

    init(_ error: StandardError) {
      self.init(WEFT_ERROR_CHANNEL_CONFIGURATION, error.description)
      found = Int64(error.found)
    }

    static func null(_ what: Words) -> CallFailure { CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "\(what) is NULL") }

    static func tooSmall(_ needed: Int, _ capacity: Int) -> CallFailure {
      var refusal = CallFailure(WEFT_ERROR_BUFFER_TOO_SMALL, "a buffer of \(capacity) where \(needed) are needed")
      refusal.expected = Int64(needed)
      refusal.found = Int64(capacity)
      return refusal
    }

    /// What a `weft_problem` has room for.
    var line: [UInt8] { Array(text.utf8) }
  }
#endif
