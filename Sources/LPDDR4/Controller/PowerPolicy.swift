/// When an idle channel goes to sleep.
public struct PowerPolicy: Hashable, Sendable {
  /// Clocks without a command or request after which CKE goes low; nil for never.
  public var powerDownAfter: Int?
  /// Clocks without a request, waiting or served, after which the rows are closed and self-refresh is entered; nil for never.
  public var selfRefreshAfter: Int?

  public init(powerDownAfter: Int? = nil, selfRefreshAfter: Int? = nil) {
    self.powerDownAfter = powerDownAfter
    self.selfRefreshAfter = selfRefreshAfter
  }

  /// Never asleep.
  public static let none = PowerPolicy()
}
