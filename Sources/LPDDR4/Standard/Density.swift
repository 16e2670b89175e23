/// What one x16 channel holds, in Gb. An "8 Gb die" has two channels of 4 Gb each: refresh times go by the channel.
public enum Density: Int, Hashable, Sendable, CaseIterable {
  case gb4 = 4
  case gb6 = 6
  case gb8 = 8
  case gb12 = 12
  case gb16 = 16

  /// Rows of one bank: 2 KB pages, 8 banks (DRAMSys 512Mbx16 for 8 Gb, the others in proportion).
  public var rowCount: Int { rawValue * 8_192 }

  /// tRFCab in ps (JESD209-4, refresh requirements; AMD Versal MC for 6 and 8 Gb, DRAMSys for 12 and 16 Gb).
  public var refreshAllPicoseconds: Int {
    switch self {
    case .gb4: 180_000
    case .gb6, .gb8: 280_000
    case .gb12, .gb16: 380_000
    }
  }

  /// tRFCpb in ps (same sources).
  public var refreshBankPicoseconds: Int {
    switch self {
    case .gb4: 90_000
    case .gb6, .gb8: 140_000
    case .gb12, .gb16: 190_000
    }
  }
}
