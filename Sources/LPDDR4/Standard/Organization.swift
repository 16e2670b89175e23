/// The sizes of one channel.
public struct Organization: Hashable, Sendable {
  /// Banks, 1...64; LPDDR4 has 8 and no bank groups.
  public var bankCount: Int
  /// Rows of one bank.
  public var rowCount: Int
  /// Bytes of one row of one bank: the page, 2,048 for x16.
  public var bytesPerRow: Int
  /// Data pins: 16, or 32 for two channels in lockstep.
  public var dataPins: Int
  /// Transfers a pin makes in a burst: 16 or 32.
  public var burstLength: Int

  public init(
    bankCount: Int = 8, rowCount: Int = 65_536, bytesPerRow: Int = 2_048, dataPins: Int = 16, burstLength: Int = 16
  ) {
    self.bankCount = bankCount
    self.rowCount = rowCount
    self.bytesPerRow = bytesPerRow
    self.dataPins = dataPins
    self.burstLength = burstLength
  }

  /// Bytes of one burst: 32 for BL16 on x16.
  public var bytesPerBurst: Int { dataPins * burstLength / 8 }

  /// Bursts of one row of one bank.
  public var burstsPerRow: Int { bytesPerRow / bytesPerBurst }

  /// Bytes of the channel.
  public var byteCount: Int { bankCount * rowCount * bytesPerRow }

  /// What is wrong with the sizes, or nil.
  func problem() -> StandardError? {
    guard (1...64).contains(bankCount) else {
      return StandardError(.organization, "bankCount", found: bankCount, "1...64")
    }
    guard (1...(1 << 20)).contains(rowCount) else {
      return StandardError(.organization, "rowCount", found: rowCount, "1...1048576")
    }
    guard [16, 32].contains(dataPins) else {
      return StandardError(.organization, "dataPins", found: dataPins, "16 or 32")
    }
    guard [16, 32].contains(burstLength) else {
      return StandardError(.organization, "burstLength", found: burstLength, "16 or 32")
    }
    guard (bytesPerBurst...65_536).contains(bytesPerRow), bytesPerRow & (bytesPerRow - 1) == 0 else {
      return StandardError(
        .organization, "bytesPerRow", found: bytesPerRow, "a power of two in \(bytesPerBurst)...65536")
    }
    guard bankCount & (bankCount - 1) == 0 else {
      return StandardError(.organization, "bankCount", found: bankCount, "a power of two")
    }
    return nil
  }
}
