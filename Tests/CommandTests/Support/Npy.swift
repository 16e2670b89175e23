import Foundation

/// Writes `.npy` files for tests as `numpy.save` does.
enum Npy {
  static func file(_ descr: String, shape: [Int], columnMajor: Bool = false, data: [UInt8]) -> Data {
    let extents = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header =
      "{'descr': '\(descr)', 'fortran_order': \(columnMajor ? "True" : "False"), 'shape': (\(extents)), }"
    let length = (10 + header.utf8.count + 1 + 63) / 64 * 64
    header += String(repeating: " ", count: length - 10 - header.utf8.count - 1) + "\n"
    let size = UInt16(header.utf8.count)
    return Data(
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(size & 0xFF), UInt8(size >> 8)] + Array(header.utf8) + data)
  }

  static func int16(_ values: [Int16], shape: [Int], columnMajor: Bool = false) -> Data {
    file(
      "<i2", shape: shape, columnMajor: columnMajor,
      data: values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
  }

  static func int8(_ values: [Int8], shape: [Int]) -> Data {
    file("|i1", shape: shape, data: values.map { UInt8(bitPattern: $0) })
  }
}
