/// Supply currents of one x16 channel on one rail, in mA, and the rail's voltage.
public struct RailCurrents: Hashable, Sendable {
  /// Volts.
  public var voltage: Double
  /// One bank activated and precharged all the time.
  public var idd0: Double
  /// Every bank closed.
  public var idd2N: Double
  /// Every bank closed, power-down.
  public var idd2P: Double
  /// A row open.
  public var idd3N: Double
  /// A row open, power-down.
  public var idd3P: Double
  public var idd4R: Double
  public var idd4W: Double
  /// All-bank refresh all the time.
  public var idd5: Double
  /// Self-refresh.
  public var idd6: Double

  public init(
    voltage: Double, idd0: Double, idd2N: Double, idd2P: Double, idd3N: Double, idd3P: Double, idd4R: Double,
    idd4W: Double, idd5: Double, idd6: Double
  ) {
    self.voltage = voltage
    self.idd0 = idd0
    self.idd2N = idd2N
    self.idd2P = idd2P
    self.idd3N = idd3N
    self.idd3P = idd3P
    self.idd4R = idd4R
    self.idd4W = idd4W
    self.idd5 = idd5
    self.idd6 = idd6
  }
}
