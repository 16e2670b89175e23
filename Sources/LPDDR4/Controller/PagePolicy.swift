/// When a row is closed that no waiting request needs.
public enum PagePolicy: Hashable, Sendable {
  /// Only for another row of the bank, or for a refresh.
  case open
  /// With the last waiting request of the row, by auto-precharge.
  case closed
  /// With every request, by auto-precharge.
  case strictlyClosed
  /// When nobody has used the row for this many clocks.
  case timeout(Int)

  /// Whether a column command takes its auto-precharge form.
  @inline(__always)
  func closes(hasFurtherHit: Bool) -> Bool {
    switch self {
    case .open, .timeout: false
    case .closed: !hasFurtherHit
    case .strictlyClosed: true
    }
  }

  /// First clock at which an unused row is closed, or nil for never.
  @inline(__always)
  func closingClock(lastUse: Int) -> Int? {
    if case .timeout(let clocks) = self { return lastUse + clocks }
    return nil
  }
}
