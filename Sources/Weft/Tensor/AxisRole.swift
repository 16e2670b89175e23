/// What one axis of a tensor means to a lane order (SPEC.md section 3.3).
public enum AxisRole: UInt8, Hashable, Sendable {
  /// Batch of an activation, filter of a weight tensor, or the single outer axis of a depthwise one.
  case outer = 0
  /// Height, width, depth: any axis a window slides over. Position axes must be adjacent.
  case position = 1
  /// The axis whose neighbours are multiplied together.
  case channel = 2
}
