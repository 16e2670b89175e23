/// Energy of one channel by cause, in pJ. Core rails (VDD1, VDD2) except for `readIO` and `writeIO` (VDDQ).
///
/// Covered: the DRAM side of the channel. Not covered: the controller, the PHY and the host's side of the pins, the
/// command and clock pins, leakage beyond the standby currents, temperature.
public struct EnergyReport: Hashable, Sendable {
  /// Activates with the precharges that follow them.
  public var activate = 0.0
  public var read = 0.0
  public var write = 0.0
  public var refresh = 0.0
  /// Standby with a row open or a refresh under way.
  public var activeStandby = 0.0
  /// Standby with every bank closed.
  public var prechargedStandby = 0.0
  public var powerDown = 0.0
  public var selfRefresh = 0.0
  public var readIO = 0.0
  public var writeIO = 0.0

  public var background: Double { activeStandby + prechargedStandby + powerDown + selfRefresh }
  /// Core rails.
  public var core: Double { activate + read + write + refresh + background }
  public var io: Double { readIO + writeIO }
  public var total: Double { core + io }

  /// Sum of two channels.
  public static func + (a: EnergyReport, b: EnergyReport) -> EnergyReport {
    EnergyReport(
      activate: a.activate + b.activate, read: a.read + b.read, write: a.write + b.write,
      refresh: a.refresh + b.refresh, activeStandby: a.activeStandby + b.activeStandby,
      prechargedStandby: a.prechargedStandby + b.prechargedStandby, powerDown: a.powerDown + b.powerDown,
      selfRefresh: a.selfRefresh + b.selfRefresh, readIO: a.readIO + b.readIO, writeIO: a.writeIO + b.writeIO)
  }
}
