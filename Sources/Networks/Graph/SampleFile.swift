/// One array of one sample: an activation or the accumulators of a layer.
public struct SampleFile: Hashable, Sendable {
  /// The sample's name.
  public var sample: String
  /// The array's name: its path in the network folder without `.npy`, and its name in a container.
  public var array: String

  /// Joins a sample's name and an array's.
  public init(sample: String, array: String) {
    self.sample = sample
    self.array = array
  }
}
