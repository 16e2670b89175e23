import Networks
import Testing
import Weft

import TensorFiles

private func file(_ header: [UInt8], _ data: [UInt8]) -> ByteRegion { ByteRegion(copying: header + data) }

/// A version 1.0 file with any header text.
private func file(text: String, data: [UInt8] = [], version: [UInt8] = [1, 0]) -> ByteRegion {
  let count = text.utf8.count
  let length = (0..<(version[0] == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
  return file([0x93] + Array("NUMPY".utf8) + version + length + Array(text.utf8), data)
}

private func encode(_ array: NetworkArray) throws -> [UInt8] {
  let parts =
    switch array {
    case .tensor(let tensor): try NpyFile.encode(tensor)
    case .stored(let stored): try NpyFile.encode(stored)
    }
  return parts.header + Array(parts.data.bytes)
}

@Test func `a header is written byte for byte as numpy 2 writes it`() {
  let small = NpyHeader(type: .int16, shape: [3, 4]).encoded()
  // numpy.save of an int16 array of shape (3, 4)
  let text = "{'descr': '<i2', 'fortran_order': False, 'shape': (3, 4), }"
  let expected =
    [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8)
    + [UInt8](repeating: 32, count: 117 - text.utf8.count) + [10]
  #expect(small == expected)
  #expect(NpyHeader(type: .uint8, shape: []).encoded().count == 128)
  #expect(NpyHeader(type: .uint8, shape: [5]).encoded().count % 64 == 0)
  #expect(String(decoding: NpyHeader(type: .int8, shape: [5]).encoded(), as: UTF8.self).contains("'|i1'"))
  // Longer than 65,535 bytes of text: version 2.0.
  let long = NpyHeader(type: .float32, shape: Array(repeating: 1, count: 30_000)).encoded()
  #expect(long[6] == 2)
  #expect(long.count % 64 == 0)
}

@Test(arguments: ArrayType.allCases)
func `a header that is written is read back the same`(_ type: ArrayType) throws {
  for shape in [[], [0], [7], [2, 3], [1, 2, 3, 4]] {
    for isBigEndian in [false, true] {
      let header = NpyHeader(type: type, isBigEndian: isBigEndian, isColumnMajor: shape.count == 2, shape: shape)
      let bytes = header.encoded()
      switch type {
      case .bfloat16, .float8e4m3, .float8e5m2:
        #expect(throws: TensorFileError.self) { try bytes.withUnsafeBytes { _ = try NpyHeader.parse($0) } }
      default:
        let (found, offset) = try bytes.withUnsafeBytes { try NpyHeader.parse($0) }
        #expect(offset == bytes.count)
        #expect(found.shape == header.shape)
        #expect(found.isColumnMajor == header.isColumnMajor)
        #expect(found.isBigEndian == header.isBigEndian)
        #expect(found.type.byteCount == header.type.byteCount)
      }
    }
  }
}

@Test func `a plain file is a window and comes back byte for byte`() throws {
  let header = NpyHeader(type: .int16, shape: [2, 2]).encoded()
  let source = file(header, [1, 0, 0xff, 0xff, 0, 0x80, 0xff, 0x7f])
  let array = try NpyFile.read(source, name: "a")
  guard case .tensor(let tensor) = array else {
    Issue.record("int16 is a tensor")
    return
  }
  #expect(tensor.values == [1, -1, -32768, 32767])
  #expect(tensor.region.bytes.baseAddress == source.bytes.baseAddress.map { $0 + header.count })
  #expect(tensor.descriptor.metadata.isEmpty)
  #expect(try encode(array) == Array(source.bytes))
}

@Test func `big-endian, Fortran, later versions and odd spacing come back byte for byte`() throws {
  let sources = [
    file(text: "{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }\n", data: [0x12, 0x34, 0xff, 0xfe]),
    file(text: "{'descr': '>c8', 'fortran_order': False, 'shape': (1,), }\n", data: [1, 2, 3, 4, 5, 6, 7, 8]),
    file(NpyHeader(type: .int8, isColumnMajor: true, shape: [2, 2]).encoded(), [1, 2, 3, 4]),
    file(text: "{\"shape\":(2,1L,),'fortran_order':True,'descr':'u1'}", data: [1, 2], version: [2, 0]),
    file(
      text: "{'descr': '<i8', 'fortran_order': False, 'shape': ()}", data: [1, 2, 3, 4, 5, 6, 7, 8], version: [3, 0]),
    file(text: "{'descr': '|b1', 'fortran_order': False, 'shape': (0, 3), }"),
  ]
  for source in sources {
    let array = try NpyFile.read(source, name: "a")
    #expect(try encode(array) == Array(source.bytes))
  }
  guard case .tensor(let tensor) = try NpyFile.read(sources[0], name: "a") else {
    Issue.record("int16 is a tensor")
    return
  }
  #expect(tensor.values == [0x1234, -2])
  #expect(tensor.descriptor.metadata.map(\.key) == [NpyFile.headerKey])
}

@Test func `every broken header gives one error that names the rule`() throws {
  let good = "'descr': '<i2', 'fortran_order': False, "
  let cases: [(ByteRegion, TensorFileError.Rule)] = [
    (ByteRegion(copying: []), .truncated),
    (ByteRegion(copying: Array("not numpy at all".utf8)), .malformed),
    (file(text: "{}", version: [9, 0]), .unsupported),
    (file([0x93] + Array("NUMPY".utf8) + [1, 0, 0xff, 0x00], []), .truncated),
    (file([0x93] + Array("NUMPY".utf8) + [2, 0, 0xff, 0xff, 0xff, 0x7f], []), .tooLarge),
    (file(text: "{}"), .malformed),
    (file(text: "{\(good)'shape': (2,), 'shape': (2,)}", data: [1, 2, 3, 4]), .malformed),
    (file(text: "{\(good)'shape': (2,), 'extra': 1}", data: [1, 2, 3, 4]), .malformed),
    (file(text: "{\(good)'shape': (2)}", data: [1, 2, 3, 4]), .malformed),
    (file(text: "{\(good)'shape': (-2,)}", data: [1, 2, 3, 4]), .malformed),
    (file(text: "{\(good)'shape': (99999999999999999999,)}"), .tooLarge),
    (file(text: "{\(good)'shape': (4611686018427387904, 4611686018427387904)}"), .tooLarge),
    (file(text: "{\(good)'shape': (4611686018427387904, 4611686018427387904, 0)}"), .tooLarge),
    (file(text: "{\(good)'shape': (\(String(repeating: "1,", count: 40)))}"), .tooLarge),
    (file(text: "{\(good)'shape': (2,)", data: [1, 2, 3, 4]), .malformed),
    (file(text: "{'descr': '<i2"), .malformed),
    (file(text: "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", data: [0]), .unsupported),
    (file(text: "{'descr': '<f16', 'fortran_order': False, 'shape': (1,)}", data: [0]), .unsupported),
    (file(text: "{\(good)'shape': (2,)} x", data: [1, 2, 3, 4]), .malformed),
    (file(text: "{\(good)'shape': (2,)}", data: [1, 2, 3]), .truncated),
    (file(text: "{\(good)'shape': (2,)}", data: [1, 2, 3, 4, 5]), .inconsistent),
  ]
  for (index, (source, rule)) in cases.enumerated() {
    let error = #expect(throws: TensorFileError.self, "case \(index)") { try NpyFile.read(source, name: "a") }
    #expect(error?.rule == rule, "case \(index): \(error.map { "\($0)" } ?? "")")
  }
}

@Test func `a kept header of another array is refused`() throws {
  let other = NpyHeader(type: .int16, shape: [9]).encoded()
  let descriptor = TensorDescriptor(
    name: "a", shape: [1], elementType: .int16, metadata: [MetadataItem(key: NpyFile.headerKey, value: other)])
  let error = #expect(throws: TensorFileError.self) { try NpyFile.header(for: descriptor) }
  #expect(error?.rule == .inconsistent)
}

@Test func `a mapped file has the file's bytes, and what is not a file is refused`() throws {
  let region = try MappedFile.open(#filePath)
  #expect(region.bytes.starts(with: "import".utf8))
  for path in ["/nowhere/at/all", "/"] {
    let error = #expect(throws: TensorFileError.self) { try MappedFile.open(path) }
    #expect(error?.rule == .cannotAccess)
  }
}
