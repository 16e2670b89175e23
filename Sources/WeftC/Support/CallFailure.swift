import CWeft
import LPDDR4
import Weft

/// Why a call of the C interface fails: the code it returns and what goes into a `weft_problem`.
struct CallFailure: Error {
  var code: Int64
  var text: String
  var offset: UInt64?
  var expected: Int64?
  var found: Int64?

  init(_ code: weft_error, _ text: String) {
    self.code = Int64(code.rawValue)
    self.text = text
  }

  /// Rules keep their numbers, negative. A buffer is the only sink there is.
  init(_ error: WeftError) {
    code = error.rule == .writeFailed ? Int64(WEFT_ERROR_BUFFER_TOO_SMALL.rawValue) : -Int64(error.rule.rawValue)
    text = error.description
    offset = error.offset
    expected = error.expected
    found = error.found
  }

  init(_ error: StandardError) {
    self.init(WEFT_ERROR_CHANNEL_CONFIGURATION, error.description)
    found = Int64(error.found)
  }

  static func null(_ what: StaticString) -> CallFailure { CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "\(what) is NULL") }

  static func tooSmall(_ needed: Int, _ capacity: Int) -> CallFailure {
    var refusal = CallFailure(WEFT_ERROR_BUFFER_TOO_SMALL, "a buffer of \(capacity) where \(needed) are needed")
    refusal.expected = Int64(needed)
    refusal.found = Int64(capacity)
    return refusal
  }
}

/// Runs the body of a function of the interface: its result, or the code of its refusal, explained to who asks.
func answer(
  _ problem: UnsafeMutablePointer<weft_problem>? = nil, _ body: () throws(CallFailure) -> Int64
) -> Int64 {
  do throws(CallFailure) {
    return try body()
  } catch {
    guard let problem, CStruct.isWritable(problem) else { return error.code }
    var told = weft_problem()
    told.code = error.code
    told.offset = error.offset.map { Int64(clamping: $0) } ?? -1
    (told.expected, told.has_expected) = (error.expected ?? 0, error.expected == nil ? 0 : 1)
    (told.found, told.has_found) = (error.found ?? 0, error.found == nil ? 0 : 1)
    withUnsafeMutableBytes(of: &told.text) { text in
      // Cut between characters: continuation bytes go with the byte that begins their character.
      var utf8 = Array(error.text.utf8.prefix(text.count - 1))
      if utf8.count < error.text.utf8.count {
        while let last = utf8.last, last & 0xC0 == 0x80 { utf8.removeLast() }
        if let last = utf8.last, last >= 0xC0 { utf8.removeLast() }
      }
      text.copyBytes(from: utf8)
    }
    CStruct.write(told, to: problem)
    return error.code
  }
}

/// Runs `body` and turns the package's own errors into refusals.
func refusing<Result>(_ body: () throws(WeftError) -> Result) throws(CallFailure) -> Result {
  do throws(WeftError) {
    return try body()
  } catch {
    throw CallFailure(error)
  }
}
