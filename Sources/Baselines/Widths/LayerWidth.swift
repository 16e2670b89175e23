/// One width a layer, that of the widest value and at least 1, or a given one (Stripes, Proteus, Loom's own packing).
public struct LayerWidth: Baseline {
  public static let name = "layer"

  /// The width of a precision profile; nil measures the tensor.
  public var profileWidth: Int?

  public init(profileWidth: Int? = nil) { self.profileWidth = profileWidth }

  public func bitCount(of tensor: BaselineTensor) -> Double {
    let width = profileWidth ?? max(1, tensor.values.reduce(0) { max($0, tensor.width($1)) })
    return Double(tensor.valueCount * width)
  }
}
