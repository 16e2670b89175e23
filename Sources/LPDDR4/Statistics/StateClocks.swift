/// Clocks spent in each background state; the sum is the time covered.
public struct StateClocks: Hashable, Sendable {
  /// A row is open, or a refresh or auto-precharge is under way.
  public var active = 0
  /// Every bank is closed.
  public var precharged = 0
  public var activePowerDown = 0
  public var prechargedPowerDown = 0
  public var selfRefresh = 0

  public var total: Int { active + precharged + activePowerDown + prechargedPowerDown + selfRefresh }
}
