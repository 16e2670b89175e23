import Networks
import Weft

/// How a layer uses a constant as weights.
struct OnnxWeightUse {
  var layout: TensorLayout
  var groups: Int
  var zeroPoint: Int32?
}
