/// Moves values between orders of axes.
public enum AxisOrder {
  /// C order from Fortran order; `values` has as many elements as `shape` says.
  public static func rowMajor<Value>(_ values: [Value], shape: [Int]) -> [Value] {
    var strides: [Int] = []
    var stride = 1
    for extent in shape {
      strides.append(stride)
      stride *= extent
    }
    return gathered(values, extents: shape, strides: strides)
  }

  /// The axes of a C-order array in another order: axis k of the result is axis `permutation[k]` of the source.
  public static func transposed<Value>(_ values: [Value], shape: [Int], permutation: [Int]) -> [Value] {
    let strides = rowMajorStrides(shape)
    return gathered(values, extents: permutation.map { shape[$0] }, strides: permutation.map { strides[$0] })
  }

  /// Distance in elements from one index to the next, per axis, in C order.
  static func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }

  /// The elements at all indices of `extents`, last axis fastest, where an index lies at its products with `strides`.
  static func gathered<Value>(_ values: [Value], extents: [Int], strides: [Int]) -> [Value] {
    let count = extents.reduce(1, *)
    var result: [Value] = []
    result.reserveCapacity(count)
    guard count > 0, let last = extents.last, let step = strides.last else {
      return count > 0 ? [values[0]] : []
    }
    var index = [Int](repeating: 0, count: extents.count)
    var offset = 0
    while result.count < count {
      for inner in 0..<last { result.append(values[offset + inner * step]) }
      var axis = extents.count - 2
      while axis >= 0 {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < extents[axis] { break }
        offset -= strides[axis] * extents[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}
