/// Operations that take one value to one value: requantise, then clamp to the layer's output range.
public enum ClampKind: String, Hashable, Sendable, CaseIterable {
  case relu
  case relu6
  case clip
  case requantize
}
