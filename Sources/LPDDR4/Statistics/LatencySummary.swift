/// Latencies of one direction, from acceptance to the end of the data, in clocks.
public struct LatencySummary: Hashable, Sendable {
  /// Requests that took `clocks`; above 16,383 clocks a bin holds up to 0.1 % more than that.
  public struct Bin: Hashable, Sendable {
    public var clocks: Int
    public var count: Int
  }

  public var count: Int
  public var sumClocks: Int
  public var smallestClocks: Int
  public var largestClocks: Int
  /// The bins that are not empty, in order.
  public var bins: [Bin]

  /// Mean in clocks; 0 without requests.
  public var meanClocks: Double { count == 0 ? 0 : Double(sumClocks) / Double(count) }

  /// The smallest latency in clocks that at least `share` (0...1) of the requests do not exceed (nearest rank); 0
  /// without requests. Cost: one pass over the bins.
  public func percentile(_ share: Double) -> Int {
    let wanted = share * Double(count)
    let rank = max(1, Int(wanted) + (Double(Int(wanted)) < wanted ? 1 : 0))
    var seen = 0
    for bin in bins {
      seen += bin.count
      if seen >= rank { return bin.clocks }
    }
    return bins.last?.clocks ?? 0
  }
}
