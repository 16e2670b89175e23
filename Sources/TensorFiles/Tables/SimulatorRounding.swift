import Networks
import Weft

/// Real traces to integers, as DNNsim rounds them.
enum SimulatorRounding {
  /// Each value times 2^fraction, clamped symmetrically, rounded to nearest with ties away from zero; and what that
  /// lost. Throws `unsupported` for NaN and infinities.
  static func integers(
    _ array: StoredArray, _ format: SimulatorFormat
  ) throws(TensorFileError) -> (QuantizedTensor, QuantizationLoss) {
    let factor = Double(sign: .plus, exponent: format.fractionBits, significand: 1)
    let limit = Double(format.limit)
    var loss = QuantizationLoss(
      name: array.name, scale: 1 / factor, valueCount: array.valueCount, maximumError: 0, rootMeanSquareError: 0,
      saturatedCount: 0)
    var squares = 0.0
    var isFinite = true
    // In bounds: the array has `valueCount` elements of its type, the target two bytes for each, and all are written.
    let region = try unsafe SpooledRegion.make(byteCount: 2 * array.valueCount) { target in
      for index in 0..<array.valueCount {
        let value = unsafe FloatElement.value(at: index, type: array.type, in: array.region.bytes)
        guard value.isFinite else {
          isFinite = false
          unsafe target.storeBytes(of: 0, toByteOffset: 2 * index, as: Int16.self)
          continue
        }
        let clamped = min(max(value * factor, -limit), limit)
        if clamped != value * factor { loss.saturatedCount += 1 }
        let step = clamped.rounded(.toNearestOrAwayFromZero)
        let error = (value - step / factor).magnitude
        loss.maximumError = max(loss.maximumError, error)
        squares += error * error
        unsafe target.storeBytes(of: Int16(step).littleEndian, toByteOffset: 2 * index, as: Int16.self)
      }
    }
    guard isFinite else { throw TensorFileError(.unsupported, "a value is not finite") }
    loss.rootMeanSquareError = array.valueCount > 0 ? (squares / Double(array.valueCount)).squareRoot() : 0
    let descriptor = TensorDescriptor(
      name: array.name, shape: array.shape, elementType: .int16, isColumnMajor: array.isColumnMajor, zeroPoint: 0)
    return (QuantizedTensor(descriptor: descriptor, region: region), loss)
  }
}
