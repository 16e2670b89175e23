/// Currents and IO energies of a channel, with their source.
public struct EnergyParameters: Hashable, Sendable {
  public var vdd1: RailCurrents
  public var vdd2: RailCurrents
  /// Data rate in MT/s at which the read and write currents were measured.
  public var measuredAt: Double
  /// Keep the charge of a burst when the data rate differs from `measuredAt`; else the current.
  public var keepsBurstCharge: Bool
  /// pJ a bit on VDDQ when half of the bits are ones.
  public var readIO: Double
  public var writeIO: Double
  public var source: String

  /// LPDDR4-3200, one x16 channel. No public table for 4267 was found: by default the charge per burst is kept, so that a
  /// faster clock moves the same charge in less time.
  public static let lpddr4 = EnergyParameters(
    vdd1: RailCurrents(
      voltage: 1.8, idd0: 3.5, idd2N: 2.0, idd2P: 1.2, idd3N: 2.25, idd3P: 1.2, idd4R: 2.25, idd4W: 2.25, idd5: 10,
      idd6: 0.3),
    vdd2: RailCurrents(
      voltage: 1.1, idd0: 45, idd2N: 27, idd2P: 3, idd3N: 30, idd3P: 9, idd4R: 275, idd4W: 210, idd5: 90, idd6: 0.5),
    measuredAt: 3_200, keepsBurstCharge: true, readIO: 1.1 * 150 / 51.2, writeIO: 1.1 * 55 / 51.2,
    source: "DRAMSys LPDDR4-3200 16-bit files; voltages from Micron Z00M; VDDQ with the tester's load")

  /// The same currents taken as they are at any data rate.
  public var withPlainCurrents: EnergyParameters {
    var copy = self
    copy.keepsBurstCharge = false
    return copy
  }
}
