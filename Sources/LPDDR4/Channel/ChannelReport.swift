/// What a channel did since its start or its last reset.
public struct ChannelReport: Hashable, Sendable {
  /// End of the last data burst, counted from the reset; 0 without requests.
  public var cycles: Int
  /// Nanoseconds of one clock.
  public var clockNanoseconds: Double
  public var bytesPerBurst: Int
  /// Bytes a second at best, in GB/s (10^9).
  public var peakGigabytesPerSecond: Double
  /// Starts of every command, by `CommandKind.rawValue`.
  public var commandCounts: [Int]
  public var banks: [BankCounts]
  public var stateClocks: StateClocks
  public var readLatency: LatencySummary
  public var writeLatency: LatencySummary
  /// Clocks from an all-bank refresh falling due to the first activate after it, over all refreshes.
  public var refreshLossClocks: Int
  /// Clocks in which the data pins were in use.
  public var dataClocks: Int
  /// Clocks in which the command bus was in use.
  public var commandClocks: Int
  public var energy: EnergyReport

  /// Nanoseconds from the start to the end of the last data.
  public var nanoseconds: Double { Double(cycles) * clockNanoseconds }

  public func count(_ kind: CommandKind) -> Int { commandCounts[Int(kind.rawValue)] }

  /// Read bursts, in all forms.
  public var reads: Int { count(.read) + count(.readPrecharge) }
  /// Write bursts, in all forms.
  public var writes: Int {
    count(.write) + count(.writePrecharge) + count(.maskedWrite) + count(.maskedWritePrecharge)
  }
  public var readBytes: Int { reads * bytesPerBurst }
  public var writeBytes: Int { writes * bytesPerBurst }
  public var activates: Int { count(.activate) }
  /// PRE and precharge-all, one each; auto-precharges are not commands.
  public var precharges: Int { count(.precharge) + count(.prechargeAll) }
  public var refreshes: Int { count(.refreshAll) + count(.refreshBank) }
  /// Requests for which no activate was issued.
  public var rowHits: Int { banks.reduce(0) { $0 + $1.rowHits } }
  public var rowMisses: Int { banks.reduce(0) { $0 + $1.rowMisses } }
  public var rowConflicts: Int { banks.reduce(0) { $0 + $1.rowConflicts } }

  /// Bytes over time, in GB/s (10^9); 0 without requests.
  public var gigabytesPerSecond: Double { cycles == 0 ? 0 : Double(readBytes + writeBytes) / nanoseconds }
  /// Share of the peak bandwidth, 0...1.
  public var peakFraction: Double { gigabytesPerSecond / peakGigabytesPerSecond }
  /// Share of the time in which the data pins were in use.
  public var dataUtilization: Double { cycles == 0 ? 0 : Double(dataClocks) / Double(cycles) }
  /// Energy of a bit moved, in pJ, all causes; 0 without requests.
  public var picojoulesPerBit: Double {
    let bits = 8 * (readBytes + writeBytes)
    return bits == 0 ? 0 : energy.total / Double(bits)
  }
}
