/// The schema's fused activation functions that are a clamp.
enum TfliteActivation: Int8 {
  case none = 0
  case relu = 1
  case reluN1To1 = 2
  case relu6 = 3

  var name: String {
    switch self {
    case .none: "none"
    case .relu: "relu"
    case .reluN1To1: "relu_n1_to_1"
    case .relu6: "relu6"
    }
  }

  /// The real numbers outputs are clamped to.
  var bounds: (lower: Float?, upper: Float?) {
    switch self {
    case .none: (nil, nil)
    case .relu: (0, nil)
    case .reluN1To1: (-1, 1)
    case .relu6: (0, 6)
    }
  }
}
