/// Whether the channel is awake.
public enum PowerState: UInt8, Hashable, Sendable {
  case awake
  /// CKE is low; rows may be open.
  case powerDown
  case selfRefresh
}
