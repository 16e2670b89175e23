import Weft

/// The integers of one activation, in C order, with the meaning of the axes.
public struct IntegerArray: Hashable, Sendable {
  /// Extents, outermost axis first.
  public let shape: [Int]
  /// What the axes mean.
  public let layout: TensorLayout
  /// One stored value an element.
  public let values: [Int32]

  /// Joins shape, layout and values; their numbers must agree.
  public init(shape: [Int], layout: TensorLayout, values: [Int32]) {
    precondition(layout.roles.count == shape.count && values.count == shape.reduce(1, *))
    self.shape = shape
    self.layout = layout
    self.values = values
  }

  /// The values of an array of a file; nil when they are not integers of 32 bits at most, or when the array has
  /// another shape than `shape`.
  public init?(_ array: NetworkArray, shape: [Int], layout: TensorLayout) {
    guard array.shape == shape, let integers = array.integers,
      integers.allSatisfy({ Int32(exactly: $0) != nil })
    else { return nil }
    self.init(shape: shape, layout: layout, values: integers.map { Int32($0) })
  }

  /// The values in the order outer, height, width, channel; the layout must have at most two position axes.
  public var channelLast: [Int32] { canonical().values }

  /// As `channelLast`, with the extents.
  func canonical() -> (shape: CanonicalShape, values: [Int32]) {
    guard let canonical = CanonicalShape(shape, layout) else { preconditionFailure("more than two position axes") }
    let sorted = canonical.places.indices.sorted { canonical.places[$0] < canonical.places[$1] }
    guard sorted != Array(shape.indices) else { return (canonical, values) }
    return (canonical, AxisOrder.transposed(values, shape: shape, permutation: sorted))
  }

  /// Values in the order outer, height, width, channel, brought into the order of a layout.
  init(canonical values: [Int32], shape: [Int], layout: TensorLayout) {
    guard let canonical = CanonicalShape(shape, layout) else { preconditionFailure("more than two position axes") }
    let order = CanonicalOrder.stored(values, canonical)
    self.init(shape: shape, layout: layout, values: order)
  }
}
