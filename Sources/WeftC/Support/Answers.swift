import CWeft
import Weft

/// Runs the body of a function of the interface: its result, or the code of its refusal, explained to who asks.
func answer(
  _ problem: UnsafeMutablePointer<weft_problem>? = nil, _ body: () throws(CallFailure) -> Int64
) -> Int64 {
  do throws(CallFailure) {
    return try body()
  } catch {
    error.explain(to: problem)
    return error.code
  }
}

extension CallFailure {
  /// Fills in a `weft_problem`, where there is one.
  @inline(never)
  fileprivate func explain(to problem: UnsafeMutablePointer<weft_problem>?) {
    guard let problem, CStruct.isWritable(problem) else { return }
    var told = weft_problem()
    told.code = code
    told.offset = offset ?? -1
    (told.expected, told.has_expected) = (expected ?? 0, expected == nil ? 0 : 1)
    (told.found, told.has_found) = (found ?? 0, found == nil ? 0 : 1)
    let line = line
    withUnsafeMutableBytes(of: &told.text) { text in
      // Cut between characters: continuation bytes go with the byte that begins their character.
      var count = min(line.count, text.count - 1)
      while count < line.count, count > 0, line[count] & 0xC0 == 0x80 { count -= 1 }
      for place in 0..<count { text[place] = line[place] }
    }
    CStruct.write(told, to: problem)
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
