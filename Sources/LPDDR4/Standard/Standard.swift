/// A memory standard as data: sizes, timing parameters and timing rows of one channel.
public struct Standard: Hashable, Sendable {
  public let organization: Organization
  public let timing: TimingParameters
  public let constraints: [TimingConstraint]

  /// A preset of JESD209-4. The parameters are those of `TimingParameters`.
  ///
  /// Throws `StandardError` for another length of burst.
  ///
  /// - Parameters:
  ///   - grade: data rate.
  ///   - density: what one x16 channel holds.
  ///   - burstLength: 16 or 32, for every burst.
  ///   - isLockstep: two x16 channels that take the same commands: 32 data pins, pages and bursts twice as large.
  ///   - writeLatency: set A or the longer set B of write latencies.
  ///   - hasReadDBI: data bus inversion on reads, which makes their latency longer.
  ///   - hasShortBankSpacing: 90 ns, not tRFCpb, between refreshes of different banks.
  public static func lpddr4(
    _ grade: SpeedGrade = .mt4267, density: Density = .gb8, burstLength: Int = 16, isLockstep: Bool = false,
    writeLatency: WriteLatencySet = .a, hasReadDBI: Bool = false, hasShortBankSpacing: Bool = false
  ) throws(StandardError) -> Standard {
    let organization = Organization(
      rowCount: density.rowCount, bytesPerRow: isLockstep ? 4_096 : 2_048, dataPins: isLockstep ? 32 : 16,
      burstLength: burstLength)
    let timing = TimingParameters(
      grade: grade, density: density, burstLength: burstLength, writeLatency: writeLatency, hasReadDBI: hasReadDBI,
      hasShortBankSpacing: hasShortBankSpacing)
    // The rows of a preset are right, which tests see to; what a caller may get wrong is the length of a burst.
    if let problem = organization.problem() { throw problem }
    return Standard(organization, timing, ConstraintTable.rows(timing))
  }

  private init(_ organization: Organization, _ timing: TimingParameters, _ rows: [TimingConstraint]) {
    (self.organization, self.timing, constraints) = (organization, timing, rows)
  }

  /// LPDDR4-4267, one x16 channel of 8 Gb, BL16, set A.
  public static let lpddr4At4267: Standard = {
    do throws(StandardError) { return try lpddr4() } catch { preconditionFailure("the preset is wrong") }
  }()

  /// A standard from numbers; its rows follow from the parameters, or are given.
  ///
  /// Throws `StandardError` when a size or parameter is impossible or a row contradicts another. Cost: a few hundred
  /// comparisons.
  public init(
    organization: Organization, timing: TimingParameters, constraints: [TimingConstraint]? = nil
  ) throws(StandardError) {
    if let problem = organization.problem() ?? timing.problem() { throw problem }
    guard timing[.nBurst] * 2 == organization.burstLength else {
      throw StandardError(
        .contradiction, "nBurst against burstLength", found: timing[.nBurst], "\(organization.burstLength / 2)")
    }
    let rows = constraints ?? ConstraintTable.rows(timing)
    let problem =
      ConstraintCheck.problem(rows)
      ?? ConstraintCheck.collision(rows, timing)
      ?? ConstraintCheck.starvation(rows, timing, bankCount: organization.bankCount)
    if let problem { throw problem }
    self.init(organization, timing, rows)
  }

  /// Bytes a second at best, in GB/s (10^9): 8.533 for x16 at 4267.
  public var peakGigabytesPerSecond: Double {
    Double(timing.tripleDataRate) / 3_000 * Double(organization.dataPins) / 8
  }
}
