/// What one bank did.
public struct BankCounts: Hashable, Sendable {
  public var activates = 0
  /// PRE commands; precharge-all and auto-precharge are not counted by bank.
  public var precharges = 0
  public var reads = 0
  public var writes = 0
  /// Requests for which no activate was issued.
  public var rowHits = 0
  /// Requests that found the bank closed.
  public var rowMisses = 0
  /// Requests for which another row was closed.
  public var rowConflicts = 0
  /// Per-bank refreshes.
  public var refreshes = 0
}
