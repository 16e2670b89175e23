/// How rows are refreshed.
public enum RefreshPolicy: Hashable, Sendable {
  /// Not at all: for closed forms, not for a real channel.
  case none
  /// All banks at once every tREFI. Up to `postponed` (0...8, JESD209-4 refresh requirements) refreshes are put off
  /// while requests wait.
  case allBanks(postponed: Int = 0)
  /// One bank after the other, one every tREFIpb; up to `postponed` (0...8) refreshes of a bank's turn are put off while it has
  /// requests.
  case perBank(postponed: Int = 0)

  /// Refreshes that may be put off.
  var postponed: Int {
    switch self {
    case .none: 0
    case .allBanks(let count), .perBank(let count): count
    }
  }

  /// Clocks between two refresh commands, or nil for none.
  func interval(_ timing: TimingParameters) -> Int? {
    switch self {
    case .none: nil
    case .allBanks: timing[.nREFI]
    case .perBank: timing[.nREFIpb]
    }
  }
}
