/// On-chip memories and how many images go through a layer together.
public struct MemorySizes: Hashable, Sendable {
  /// Bytes for activations: 1 MiB for Loom, 2 MiB for the bit-parallel baseline (Sharify et al., DAC 2018, section 4.4).
  public var activationBytes: Int
  /// Bytes for weights (Model: the paper names no size; half a MiB, one half filled while the other is read).
  public var weightBytes: Int
  public var batch: Int
  /// Bytes of a burst.
  public var burst: Int

  public init(activationBytes: Int, weightBytes: Int = 512 << 10, batch: Int = 1, burst: Int = 32) {
    precondition(activationBytes >= 0 && weightBytes >= 1 && batch >= 1 && burst >= 1)
    self.activationBytes = activationBytes
    self.weightBytes = weightBytes
    self.batch = batch
    self.burst = burst
  }
}
