/// What a channel is made of.
public struct ChannelConfiguration: Hashable, Sendable {
  public var standard: Standard
  public var options: ControllerOptions
  public var energy: EnergyParameters

  /// LPDDR4-4267, x16, 8 Gb, with the default controller, unless told otherwise.
  public init(
    standard: Standard = .lpddr4At4267, options: ControllerOptions = ControllerOptions(),
    energy: EnergyParameters = .lpddr4
  ) {
    self.standard = standard
    self.options = options
    self.energy = energy
  }
}
