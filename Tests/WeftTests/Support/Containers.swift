import Weft

/// Containers for tests, made in memory.
enum Containers {
  /// One entry to write.
  enum Entry {
    case tensor(QuantizedTensor, PackingRequest)
    case recorded(QuantizedTensor, PackingSettings)
    case stored(StoredRecord, [UInt8])
  }

  static func bytes(_ entries: [Entry]) throws -> [UInt8] {
    let kernel = TestKernel.selected
    var writer = try ContainerWriter(ArraySink(), kernel: kernel)
    for entry in entries {
      switch entry {
      case .tensor(let tensor, let request):
        let settings = try SettingsSearch(tensor, request: request, kernel: kernel).smallest()
        try writer.append(tensor, settings: settings)
      case .recorded(let tensor, let settings): try writer.append(tensor, settings: settings)
      case .stored(let record, let data): try data.withUnsafeBytes { try writer.append(record, data: $0) }
      }
    }
    return try writer.finish().sink.bytes
  }

  /// Reads and checks everything.
  static func verify(_ bytes: [UInt8]) throws(WeftError) {
    try ContainerReader(ArraySource(bytes), kernel: TestKernel.selected).verify()
  }

  /// Recomputes the checksum of the record that begins at `offset`, so that what is behind it can be reached.
  static func reseal(_ bytes: inout [UInt8], recordAt offset: Int) {
    let length = (0..<8).reduce(0) { $0 | Int(bytes[offset + 8 + $1]) << (8 * $1) }
    let end = min(bytes.count, offset + 16 + (length + 7) / 8 * 8)
    let crc = bytes.withUnsafeBytes { all in
      let tag = CRC32C.extend(0, with: UnsafeRawBufferPointer(rebasing: all[offset..<offset + 4]))
      return CRC32C.extend(tag, with: UnsafeRawBufferPointer(rebasing: all[offset + 8..<end]))
    }
    for byte in 0..<4 { bytes[offset + 4 + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte)) }
  }

  /// Offsets of all records, read from their lengths, behind the file header.
  static func records(_ bytes: [UInt8]) -> [(tag: String, offset: Int)] {
    var result: [(tag: String, offset: Int)] = []
    var offset = 16
    while offset + 16 <= bytes.count {
      let length = (0..<8).reduce(0) { $0 | Int(bytes[offset + 8 + $1]) << (8 * $1) }
      result.append((String(decoding: bytes[offset..<offset + 4], as: UTF8.self), offset))
      offset += 16 + (length + 7) / 8 * 8
    }
    return result
  }
}

extension Containers {
  /// Where each container of a file begins.
  static func starts(_ bytes: [UInt8]) -> [Int] {
    let magic: [UInt8] = [0x89, 0x57, 0x45, 0x46, 0x54, 0x0D, 0x0A, 0x1A]
    return stride(from: 0, to: bytes.count - 7, by: 8).filter { Array(bytes[$0..<$0 + 8]) == magic }
  }
}
