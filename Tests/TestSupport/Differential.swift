import Foundation

/// How many random cases a differential test tries, and from which seed on: `WEFT_CASES` and `WEFT_SEED`, as
/// `Scripts/differential` sets them. Case `n` of seed `s` is case 0 of seed `s + n`. Without optimisation a tenth of
/// `count` must do.
public enum Differential {
  public static func seeds(_ count: Int) -> Range<UInt64> {
    let environment = ProcessInfo.processInfo.environment
    #if DEBUG
      let count = max(1, count / 10)
    #endif
    let first = environment["WEFT_SEED"].flatMap { UInt64($0) } ?? 20_261_121
    return first..<first + UInt64(environment["WEFT_CASES"].flatMap { Int($0) } ?? count)
  }
}
