import Networks
import Weft

/// Quantises floating-point arrays.
public enum FloatQuantizer {
  /// Metadata key of the rule and the scale a tensor was quantised with.
  public static let metadataKey = "weft.quantized"

  /// The array as integers, and what that lost. `array` must be a quantisable float.
  ///
  /// Values round to the nearest integer, ties away from zero. Throws `unsupported` for NaN and infinities, which no
  /// integer stands for. Cost: two passes; nothing of the array's size is held in memory but the result, and that in
  /// a temporary file when it is large.
  public static func quantize(
    _ array: StoredArray, as rule: FloatQuantization
  ) throws(TensorFileError) -> (tensor: QuantizedTensor, loss: QuantizationLoss) {
    precondition(array.type.isQuantizableFloat)
    let count = array.valueCount
    // In bounds, here and below: an array has `count` elements of its type, and `array` holds its region throughout.
    let bytes = unsafe array.region.bytes
    defer { withExtendedLifetime(array) {} }
    var largest = 0.0
    for index in 0..<count {
      let magnitude = unsafe FloatElement.value(at: index, type: array.type, in: bytes).magnitude
      guard magnitude.isFinite else {
        throw TensorFileError(.unsupported, "value \(index) is not finite", place: "array '\(array.name)'")
      }
      largest = max(largest, magnitude)
    }
    let (type, scale, lowest, highest): (ElementType, Double, Double, Double) =
      switch rule {
      // A subnormal scale could not be divided by.
      case .int8: (.int8, largest > 0 ? max(largest / 127, .leastNormalMagnitude) : 1, -127, 127)
      case .int16(let bits): (.int16, Double(sign: .plus, exponent: -bits, significand: 1), -32768, 32767)
      }
    var loss = QuantizationLoss(
      name: array.name, scale: scale, valueCount: count, maximumError: 0, rootMeanSquareError: 0, saturatedCount: 0)
    var squares = 0.0
    // The target has room for `count` elements of `type`, and each is written.
    let region = try unsafe SpooledRegion.make(byteCount: count * type.byteCount) { target in
      for index in 0..<count {
        let value = unsafe FloatElement.value(at: index, type: array.type, in: bytes)
        let rounded = (value / scale).rounded(.toNearestOrAwayFromZero)
        let step = min(max(rounded, lowest), highest)
        if step != rounded { loss.saturatedCount += 1 }
        let error = (value - step * scale).magnitude
        loss.maximumError = max(loss.maximumError, error)
        squares += error * error
        if type.byteCount == 1 {
          unsafe target[index] = UInt8(bitPattern: Int8(step))
        } else {
          unsafe target.storeBytes(of: Int16(step).littleEndian, toByteOffset: 2 * index, as: Int16.self)
        }
      }
    }
    loss.rootMeanSquareError = count > 0 ? (squares / Double(count)).squareRoot() : 0
    let note = "\(rule.text) scale \(scale)"
    let descriptor = TensorDescriptor(
      name: array.name, shape: array.shape, elementType: type, isColumnMajor: array.isColumnMajor, zeroPoint: 0,
      metadata: [MetadataItem(key: metadataKey, value: Array(note.utf8))])
    return (QuantizedTensor(descriptor: descriptor, region: region), loss)
  }
}
