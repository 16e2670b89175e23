import LPDDR4

/// How another simulator writes memory requests, and a configuration of the same channel for those that take one.
public enum TraceDialect: String, Hashable, Sendable, CaseIterable {
  case dramsim3
  case ramulator1
  case ramulator2
  case dramsys

  /// One line for one burst; every request has come at clock 0 and waits its turn.
  public func line(address: Int, isWrite: Bool) -> String {
    let hex = "0x" + String(address, radix: 16)
    switch self {
    case .dramsim3: return "\(hex) \(isWrite ? "WRITE" : "READ") 0\n"
    case .ramulator1: return "\(hex) \(isWrite ? "W" : "R")\n"
    case .ramulator2: return "\(isWrite ? "ST" : "LD") \(hex)\n"
    case .dramsys: return "0:\t\(isWrite ? "write" : "read")\t\(hex)\n"
    }
  }

  /// Name of the configuration that goes with a trace; nil for tools whose files cannot describe LPDDR4-4267: Ramulator
  /// 1 has its speeds compiled in, Ramulator 2 has no LPDDR4.
  public var configurationEnding: String? {
    switch self {
    case .dramsim3: "ini"
    case .dramsys: "json"
    case .ramulator1, .ramulator2: nil
    }
  }

  /// The channel as the tool describes one; nil where it cannot.
  public func configuration(_ standard: Standard) -> String? {
    switch self {
    case .dramsim3: SimulatorConfiguration.dramsim3(standard)
    case .dramsys: SimulatorConfiguration.dramsys(standard)
    case .ramulator1, .ramulator2: nil
    }
  }
}
