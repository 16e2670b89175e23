import LPDDR4
import Loom
import Traffic

/// One configuration of a sweep.
struct SweepPoint: Hashable, Sendable {
  var network: String
  var machine: String
  var scheme: String
  var channel: String
  var width: String
  var activationMemory: Int
  var weightMemory: Int
  var batch: Int

  static func grade(_ channel: String) -> SpeedGrade? {
    guard channel.hasPrefix("lpddr4-"), let rate = Int(channel.dropFirst("lpddr4-".count)) else { return nil }
    return SpeedGrade(rawValue: rate)
  }

  /// Memories and channel. The specification was checked.
  func options() throws -> TrafficReport.Options {
    let standard = try Standard.lpddr4(SweepPoint.grade(channel)!)
    let array = Machine(machine)!
    let bytes = activationMemory > 0 ? activationMemory : array.usualActivationMemory
    let scheme = OffchipScheme(self.scheme)!
    return TrafficReport.Options(
      memory: MemorySizes(
        activationBytes: bytes, weightBytes: weightMemory, batch: batch, burst: standard.organization.bytesPerBurst),
      width: ChannelTime.Width(rawValue: width)!, channel: ChannelConfiguration(standard: standard),
      hasTransposer: scheme.hasTransposer && !network.hasPrefix("published"))
  }
}
