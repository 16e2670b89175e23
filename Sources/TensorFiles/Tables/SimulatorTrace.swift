import Networks
import Weft

/// One array of a DNNsim tree that is to be written: integers, and the format that makes real numbers of them.
struct SimulatorTrace {
  let shape: [Int]
  let values: [Int32]
  let format: SimulatorFormat

  /// Values that DNNsim's symmetric range cuts off.
  var saturatedCount: Int { values.count { Int($0).magnitude > format.limit } }

  /// The `.npy` file of the real numbers, single precision.
  func file(_ name: String) throws(TensorFileError) -> FolderEntry {
    let factor = Float(sign: .plus, exponent: -format.fractionBits, significand: 1)
    // The target has four bytes for each value, and all are written.
    let region = unsafe ByteRegion(byteCount: 4 * values.count) { target in
      for (index, value) in values.enumerated() {
        let bits = (Float(value) * factor).bitPattern.littleEndian
        unsafe target.storeBytes(of: bits, toByteOffset: 4 * index, as: UInt32.self)
      }
    }
    return try FolderEntry(.stored(StoredArray(name: name, type: .float32, shape: shape, region: region)))
  }
}
