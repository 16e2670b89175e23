/// The data rates of LPDDR4 that have a preset, in MT/s. Thirds are kept exactly: 4267 stands for 4266 2/3.
public enum SpeedGrade: Int, Hashable, Sendable, CaseIterable {
  case mt1600 = 1600
  case mt2133 = 2133
  case mt2667 = 2667
  case mt3200 = 3200
  case mt3733 = 3733
  case mt4267 = 4267

  /// Three times the data rate in MT/s: a whole number for every grade.
  public var tripleDataRate: Int {
    switch self {
    case .mt1600: 4_800
    case .mt2133: 6_400
    case .mt2667: 8_000
    case .mt3200: 9_600
    case .mt3733: 11_200
    case .mt4267: 12_800
    }
  }

  /// Clocks that cover `picoseconds`, rounded up. (1 clock = 6,000,000 / tripleDataRate ps.)
  public func clocks(picoseconds: Int) -> Int { (picoseconds * tripleDataRate + 5_999_999) / 6_000_000 }

  /// Whole clocks within `picoseconds`, rounded down: for intervals that may not be exceeded.
  public func wholeClocks(picoseconds: Int) -> Int { picoseconds * tripleDataRate / 6_000_000 }

  /// Read latency in clocks (JESD209-4 MR2; with read DBI the longer column).
  public func readLatency(withDBI: Bool) -> Int {
    switch self {
    case .mt1600: withDBI ? 16 : 14
    case .mt2133: withDBI ? 22 : 20
    case .mt2667: withDBI ? 28 : 24
    case .mt3200: withDBI ? 32 : 28
    case .mt3733: withDBI ? 36 : 32
    case .mt4267: withDBI ? 40 : 36
    }
  }

  /// Write latency in clocks (JESD209-4 MR2).
  public func writeLatency(_ set: WriteLatencySet) -> Int {
    switch self {
    case .mt1600: set == .a ? 8 : 12
    case .mt2133: set == .a ? 10 : 18
    case .mt2667: set == .a ? 12 : 22
    case .mt3200: set == .a ? 14 : 26
    case .mt3733: set == .a ? 16 : 30
    case .mt4267: set == .a ? 18 : 34
    }
  }
}

/// Which of the two write latencies of JESD209-4 MR2 is in use.
public enum WriteLatencySet: String, Hashable, Sendable, CaseIterable {
  case a
  case b
}
