/// Tells a host how many DRAM clocks each of its own clocks is, without drifting.
public struct ClockRatio: Hashable, Sendable {
  /// DRAM clocks in `denominator` host clocks.
  public let numerator: Int
  public let denominator: Int

  /// - Parameters:
  ///   - hostKilohertz: the host's clock, 1...100,000,000 kHz.
  ///   - standard: the DRAM's clock is half its data rate.
  public init(hostKilohertz: Int, standard: Standard) {
    precondition((1...100_000_000).contains(hostKilohertz), "host clock out of range")
    numerator = standard.timing.tripleDataRate * 1_000
    denominator = 6 * hostKilohertz
  }

  /// DRAM clocks that have passed when the host has made `hostClocks`, rounded down. The host ticks the channel until
  /// its clock is this.
  public func dramClocks(hostClocks: Int) -> Int { ClockRatio.scaled(hostClocks, numerator, denominator, up: false) }

  /// Host clocks after which at least `dramClocks` have passed.
  public func hostClocks(dramClocks: Int) -> Int { ClockRatio.scaled(dramClocks, denominator, numerator, up: true) }

  /// value x by / over in twice the width; `Int.max` where it does not fit.
  private static func scaled(_ value: Int, _ by: Int, _ over: Int, up: Bool) -> Int {
    precondition(value >= 0, "clocks are not negative")
    let product = UInt(value).multipliedFullWidth(by: UInt(by))
    guard product.high < UInt(over) else { return Int.max }
    let (quotient, remainder) = UInt(over).dividingFullWidth(product)
    let result = quotient + (up && remainder > 0 ? 1 : 0)
    return result > UInt(Int.max) ? Int.max : Int(result)
  }
}
