/// The order in which the elements of a tensor become lanes (SPEC.md section 4).
public enum LaneOrder: UInt8, Hashable, Sendable, CaseIterable {
  /// Memory order.
  case linear = 0
  /// Channel first: neighbours are positions of one channel. The best ratio, for storage.
  case spatial = 1
  /// Activations as the array reads them: bricks of 16 channels.
  case channels = 2
  /// Weights as the array reads them: 128 filters by bricks of 16 channels.
  case filters = 3

  /// True for the orders that the array reads, in which packed values are exact and never compacted.
  public var isArrayOrder: Bool { self == .channels || self == .filters }

  /// The name used on the command line and in reports.
  public var name: String {
    switch self {
    case .linear: "linear"
    case .spatial: "spatial"
    case .channels: "channels"
    case .filters: "filters"
    }
  }

  /// The block size that the order has unless another is asked for: one group for storage, Loom's memory rows
  /// (256 activations, 2,048 weights) for the array.
  public var defaultBlock: BlockSize {
    switch self {
    case .linear, .spatial: .group
    case .channels: .lanes256
    case .filters: .lanes2048
    }
  }
}
