/// The registers of one unit at the end of one cycle.
public struct SIPTraceLine: Hashable, Sendable, CustomStringConvertible {
  public let cycle: Int
  /// Words on the activation bus.
  public let activations: [UInt16]
  public let unit: SIP

  /// One line: cycle, activation bits, WR, AC1, AC2, OR; lane 0 is the last digit.
  public var description: String {
    "cycle \(cycle): a \(activations.reversed().map(SIPTraceLine.bits).joined(separator: " "))"
      + "  WR \(unit.wr.reversed().map(SIPTraceLine.bits).joined(separator: " "))"
      + "  AC1 \(unit.ac1)  AC2 \(unit.ac2)  OR \(unit.or)"
  }

  private static func bits(_ word: UInt16) -> String {
    let digits = String(word, radix: 2)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
