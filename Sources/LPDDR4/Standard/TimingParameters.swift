/// Every timing parameter of a channel, in clocks, and the length of a clock.
public struct TimingParameters: Hashable, Sendable {
  /// Three times the data rate in MT/s; two transfers a clock.
  public var tripleDataRate: Int
  private var clocks: [Int]

  /// The parameters of a preset.
  ///
  /// - Parameters:
  ///   - grade: data rate.
  ///   - density: what the channel holds; decides tRFC and tXSR.
  ///   - burstLength: 16 or 32.
  ///   - writeLatency: set A or B of JESD209-4 MR2.
  ///   - hasReadDBI: takes the longer read latency of data bus inversion.
  ///   - hasShortBankSpacing: 90 ns between refreshes of different banks instead of tRFCpb.
  public init(
    grade: SpeedGrade, density: Density, burstLength: Int = 16, writeLatency: WriteLatencySet = .a,
    hasReadDBI: Bool = false, hasShortBankSpacing: Bool = false
  ) {
    tripleDataRate = grade.tripleDataRate
    clocks = TimingParameter.allCases.map { _ in 0 }
    @inline(never)
    func set(_ parameter: TimingParameter, _ picoseconds: Int, atLeast least: Int = 0) {
      self[parameter] = max(grade.clocks(picoseconds: picoseconds), least)
    }
    self[.nRL] = grade.readLatency(withDBI: hasReadDBI)
    self[.nWL] = grade.writeLatency(writeLatency)
    self[.nBurst] = burstLength / 2
    set(.nRCD, 18_000, atLeast: 4)
    set(.nRPpb, 18_000, atLeast: 3)
    set(.nRPab, 21_000, atLeast: 3)
    set(.nRAS, 42_000, atLeast: 3)
    set(.nRRD, grade == .mt4267 ? 7_500 : 10_000, atLeast: 4)
    set(.nFAW, grade == .mt4267 ? 30_000 : 40_000)
    set(.nWR, 18_000, atLeast: 6)
    set(.nWTR, 10_000, atLeast: 8)
    set(.nRTP, 7_500, atLeast: 8)
    self[.nPPD] = 4
    self[.nCCDMW] = 32
    set(.nDQSCK, 3_500)
    self[.nDQSS] = 1
    set(.nDQS2DQ, 800)
    self[.nWPRE] = 2
    self[.nRPST] = 0
    self[.nREFI] = grade.wholeClocks(picoseconds: 3_904_000)
    self[.nREFIpb] = grade.wholeClocks(picoseconds: 488_000)
    set(.nRFCab, density.refreshAllPicoseconds)
    set(.nRFCpb, density.refreshBankPicoseconds)
    set(.nPBR2PBR, hasShortBankSpacing ? 90_000 : density.refreshBankPicoseconds)
    set(.nXP, 7_500, atLeast: 5)
    set(.nXSR, density.refreshAllPicoseconds + 7_500, atLeast: 2)
    set(.nESCKE, 1_750, atLeast: 3)
    set(.nCMDCKE, 1_750, atLeast: 3)
    set(.nCKE, 7_500, atLeast: 4)
    set(.nSR, 15_000, atLeast: 3)
  }

  public subscript(parameter: TimingParameter) -> Int {
    get { clocks[Int(parameter.rawValue)] }
    set { clocks[Int(parameter.rawValue)] = newValue }
  }

  /// Nanoseconds of one clock: 0.46875 at 4267.
  public var clockNanoseconds: Double { 6_000 / Double(tripleDataRate) }

  /// tRC of one bank: tRAS + tRPpb, each rounded by itself (as DRAMSys).
  public var nRCpb: Int { self[.nRAS] + self[.nRPpb] }

  /// Clocks from the start of a read to the end of its data: 3 + RL + tDQSCK + BL/2.
  public var readDataEnd: Int { 3 + self[.nRL] + self[.nDQSCK] + self[.nBurst] }

  /// Clocks from the start of a write to the end of its data: 3 + WL + tDQSS + BL/2.
  public var writeDataEnd: Int { 3 + self[.nWL] + self[.nDQSS] + self[.nBurst] }

  /// Clocks from the start of a read to the earliest precharge of its bank.
  public var readToPrecharge: Int { self[.nRTP] + self[.nBurst] - 6 }

  /// Clocks from the start of a write to the earliest precharge of its bank.
  public var writeToPrecharge: Int { self[.nWL] + 1 + self[.nBurst] + self[.nWR] + 2 }

  /// What is wrong with the numbers, or nil.
  func problem() -> StandardError? {
    guard (300...30_000).contains(tripleDataRate) else {
      return StandardError(.parameter, "data rate", found: tripleDataRate / 3, "100...10000 MT/s")
    }
    for parameter in TimingParameter.allCases {
      let range = parameter == .nREFI || parameter == .nREFIpb ? 1...100_000_000 : 0...1_000_000
      guard range.contains(self[parameter]) else {
        return StandardError(
          .parameter, "\(parameter.name)", found: self[parameter], "\(range.lowerBound)...\(range.upperBound)")
      }
    }
    guard self[.nBurst] >= 1 else { return StandardError(.parameter, "nBurst", found: 0, "at least 1") }
    // A row is closed by PREA and refreshed within an interval, else refreshes pile up for ever.
    let refresh = self[.nRFCab] + self[.nRPab] + max(writeToPrecharge, self[.nRAS] + 2)
    guard self[.nREFI] > refresh else {
      return StandardError(.contradiction, "nREFI against nRFCab", found: self[.nREFI], "more than \(refresh)")
    }
    let bankRefresh = max(self[.nRFCpb], self[.nPBR2PBR])
    guard self[.nREFIpb] > bankRefresh else {
      return StandardError(.contradiction, "nREFIpb against nRFCpb", found: self[.nREFIpb], "more than \(bankRefresh)")
    }
    guard self[.nRFCpb] <= self[.nRFCab] else {
      return StandardError(
        .contradiction, "nRFCpb against nRFCab", found: self[.nRFCpb], "at most \(self[.nRFCab])")
    }
    guard self[.nFAW] >= self[.nRRD] else {
      return StandardError(.contradiction, "nFAW against nRRD", found: self[.nFAW], "at least \(self[.nRRD])")
    }
    return nil
  }
}
