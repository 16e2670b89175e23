/// Everything that a controller may be told; the defaults are those of the oracle cases.
public struct ControllerOptions: Hashable, Sendable {
  public var mapping = AddressMapping(.roBaCo)
  public var page = PagePolicy.open
  public var queue = QueuePolicy.unified(capacity: 32)
  public var refresh = RefreshPolicy.allBanks()
  public var power = PowerPolicy.none
  /// Row hits that may overtake an older request of the same bank, one after the other; nil for any number.
  public var hitCap: Int?

  public init() {}

  /// What is wrong, or nil.
  func problem() -> StandardError? {
    if let problem = queue.problem() { return problem }
    guard (0...8).contains(refresh.postponed) else {
      return StandardError(.option, "postponed refreshes", found: refresh.postponed, "0...8")
    }
    if let hitCap, !(0...1_000_000).contains(hitCap) {
      return StandardError(.option, "hit cap", found: hitCap, "0...1000000")
    }
    var clocks = [power.powerDownAfter, power.selfRefreshAfter]
    if case .timeout(let timeout) = page { clocks.append(timeout) }
    for clocks in clocks.compactMap({ $0 }) where !(0...1_000_000_000).contains(clocks) {
      return StandardError(.option, "idle time", found: clocks, "0...1000000000 clocks")
    }
    return nil
  }
}
