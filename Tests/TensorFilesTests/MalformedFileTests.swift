import Networks
import TensorFiles
import TestSupport
import Testing
import Weft

private func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

/// The rule that reading these bytes breaks; nil when they can be read.
private func broken(_ bytes: [UInt8], _ path: String, byteLimit: Int = 1 << 20) -> TensorFileError? {
  do throws(TensorFileError) {
    let options = ModelFile.OpeningOptions(inflatedByteLimit: byteLimit)
    _ = try ModelFile.read(ByteRegion(copying: bytes), path: path, name: "a", options: options)
    return nil
  } catch { return error }
}

// MARK: safetensors

private func safetensors(_ header: String, data: Int = 0) -> [UInt8] {
  little(UInt64(header.utf8.count)) + Array(header.utf8) + [UInt8](repeating: 1, count: data)
}

@Test func `a broken safetensors file gives one error that names the rule`() {
  func tensor(_ name: String, _ type: String, _ shape: String, _ begin: Int, _ end: Int) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
  }
  let cases: [([UInt8], TensorFileError.Rule?)] = [
    (safetensors("{" + tensor("a", "I8", "[2]", 0, 2) + "}", data: 2), nil),
    ([1, 2, 3], .truncated),
    (little(UInt64.max) + [0x7b], .tooLarge),
    (little(UInt64(100)) + [0x7b], .truncated),
    (safetensors("{"), .malformed),
    (safetensors("[]"), .malformed),
    (safetensors("{" + tensor("a", "I8", "[2]", 0, 2) + "}", data: 1), .truncated),
    (safetensors("{" + tensor("a", "I8", "[2]", 0, 2) + "}", data: 3), .inconsistent),
    (safetensors("{" + tensor("a", "I8", "[2]", 0, 3) + "}", data: 3), .inconsistent),
    (safetensors("{" + tensor("a", "I8", "[-2]", 0, 2) + "}", data: 2), .inconsistent),
    (safetensors("{" + tensor("a", "I8", "[2]", 2, 0) + "}", data: 2), .inconsistent),
    (safetensors("{" + tensor("a", "I8", "[2]", -2, 0) + "}", data: 2), .inconsistent),
    (safetensors("{" + tensor("a", "I8", "[2]", 1, 3) + "}", data: 3), .inconsistent),
    (
      safetensors("{" + tensor("a", "I8", "[4]", 0, 4) + "," + tensor("b", "I8", "[4]", 2, 6) + "}", data: 6),
      .inconsistent
    ),
    (
      safetensors("{" + tensor("a", "I8", "[2]", 0, 2) + "," + tensor("a", "I8", "[2]", 2, 4) + "}", data: 4),
      .malformed
    ),
    (safetensors("{" + tensor("a", "I16", "[4611686018427387904,4]", 0, 2) + "}", data: 2), .inconsistent),
    (safetensors("{" + tensor("a", "I8", "[9223372036854775807,0,9]", 0, 0) + "}"), .inconsistent),
    (safetensors("{" + tensor("a", "I8", "[99999999999999999999]", 0, 2) + "}", data: 2), .malformed),
    (safetensors("{\"a\":" + String(repeating: "[", count: 1000) + "}"), .tooLarge),
    (safetensors("{" + tensor("a", "F32", "[1]", 0, 4) + "}", data: 4), .floatsNeedQuantization),
    (safetensors("{\"a\":{\"dtype\":\"I8\"}}"), .malformed),
  ]
  for (index, (bytes, rule)) in cases.enumerated() {
    let error = broken(bytes, "a.safetensors")
    #expect(error?.rule == rule, "case \(index): \(error.map { "\($0)" } ?? "read")")
  }
}

// MARK: npz

/// One entry of an archive, its sizes and name as they are written.
private struct Entry {
  var name = "a.npy"
  var data: [UInt8] = NpyHeader(type: .int8, shape: [4]).encoded() + [1, 2, 3, 4]
  var method: UInt16 = 0
  var flags: UInt16 = 0
  var size: UInt32?
  var whole: UInt32?
  var checksum: UInt32?
  var offset: UInt32?
}

private func checksum(_ bytes: [UInt8]) -> UInt32 {
  var register: UInt32 = 0xffff_ffff
  for byte in bytes {
    register ^= UInt32(byte)
    for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xedb8_8320 : register >> 1 }
  }
  return ~register
}

private func archive(_ entries: [Entry], count: UInt16? = nil, tail: [UInt8] = []) -> [UInt8] {
  var bytes: [UInt8] = []
  var directory: [UInt8] = []
  for entry in entries {
    let offset = entry.offset ?? UInt32(bytes.count)
    let size = entry.size ?? UInt32(entry.data.count)
    let whole = entry.whole ?? size
    let sum = entry.checksum ?? checksum(entry.data)
    let name = Array(entry.name.utf8)
    let middle = little(sum) + little(size) + little(whole) + little(UInt16(name.count)) + little(UInt16(0))
    bytes += little(UInt32(0x0403_4b50)) + little(UInt16(20)) + little(entry.flags) + little(entry.method)
    bytes += little(UInt32(0)) + middle + name + entry.data
    directory += little(UInt32(0x0201_4b50)) + little(UInt32(20)) + little(entry.flags) + little(entry.method)
    directory += little(UInt32(0)) + middle + little(UInt16(0)) + little(UInt32(0)) + little(UInt32(0))
    directory += little(offset) + name
  }
  let number = count ?? UInt16(entries.count)
  let end = little(UInt32(0x0605_4b50)) + little(UInt32(0)) + little(number) + little(number)
  return bytes + directory + end + little(UInt32(directory.count)) + little(UInt32(bytes.count)) + little(UInt16(0))
    + tail
}

@Test func `a broken npz archive gives one error that names the rule`() {
  // A deflate block of one stored run: 5 bytes of header, then the data.
  let plain = Entry().data
  let stored = [1] + little(UInt16(plain.count)) + little(~UInt16(plain.count)) + plain
  let cases: [([UInt8], TensorFileError.Rule?)] = [
    (archive([Entry()]), nil),
    (archive([Entry(data: stored, method: 8, whole: UInt32(plain.count), checksum: checksum(plain))]), nil),
    (archive([]), nil),
    (Array("PK\u{3}\u{4}".utf8), .truncated),
    (Array(archive([Entry()]).dropLast(30)), .malformed),
    (archive([Entry()], count: 2), .malformed),
    (archive([Entry()], count: 0xffff), .malformed),
    (archive([Entry(), Entry()]), .inconsistent),
    (archive([Entry(name: "a.npy"), Entry(name: "b.npy", offset: 0)]), .inconsistent),
    (archive([Entry(offset: 0xffff_0000)]), .truncated),
    (archive([Entry(size: 0x7fff_ffff)]), .truncated),
    (archive([Entry(checksum: 1)]), .inconsistent),
    (archive([Entry(flags: 1)]), .unsupported),
    (archive([Entry(method: 12)]), .unsupported),
    (archive([Entry(whole: 9)]), .inconsistent),
    // Bombs: more than deflate can make, more than the limit, more than was said, less than was said.
    (archive([Entry(data: stored, method: 8, whole: 0x7fff_ffff)]), .inconsistent),
    (archive([Entry(data: stored, method: 8, whole: 50_000, checksum: 0)]), .inconsistent),
    (archive([Entry(data: stored, method: 8, whole: 9, checksum: 0)]), .inconsistent),
    (archive([Entry(data: Array(stored.dropLast(3)), method: 8, whole: UInt32(plain.count))]), .truncated),
    (archive([Entry(data: [0xff] + stored, method: 8, whole: UInt32(plain.count))]), .malformed),
    (archive([Entry(data: [0x93, 0x4e])]), .truncated),
    (archive([Entry(name: "\u{1}\u{2}.npy", data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])]), .malformed),
  ]
  for (index, (bytes, rule)) in cases.enumerated() {
    let error = broken(bytes, "a.npz")
    #expect(error?.rule == rule, "case \(index): \(error.map { "\($0)" } ?? "read")")
  }
  let limited = broken(archive([Entry()]), "a.npz", byteLimit: 10)
  #expect(limited?.rule == .tooLarge)
}

// MARK: onnx

private func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
  varint(UInt64(number << 3 | 2)) + varint(UInt64(bytes.count)) + bytes
}

private func field(_ number: Int, _ value: UInt64) -> [UInt8] { varint(UInt64(number << 3)) + varint(value) }

private func varint(_ value: UInt64) -> [UInt8] {
  value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
}

private func text(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

private func model(_ graph: [UInt8]) -> [UInt8] { field(7, graph) }

private func initializer(
  _ name: String = "w", type: UInt64 = 3, shape: [UInt64] = [2], rest: [UInt8] = field(9, [1, 2])
) -> [UInt8] {
  field(5, shape.flatMap { field(1, $0) } + field(2, type) + text(8, name) + rest)
}

private func node(_ type: String, _ inputs: [String], _ outputs: [String]) -> [UInt8] {
  field(1, inputs.flatMap { text(1, $0) } + outputs.flatMap { text(2, $0) } + text(4, type))
}

private func input(_ name: String) -> [UInt8] {
  field(11, text(1, name) + field(2, field(1, field(1, 3) + field(2, field(1, field(1, 4))))))
}

@Test func `a broken ONNX model gives one error that names the rule`() {
  func external(_ entries: [(String, String)]) -> [UInt8] {
    entries.flatMap { field(13, text(1, $0.0) + text(2, $0.1)) } + field(14, 1)
  }
  let minus = UInt64(bitPattern: -1)
  let cases: [([UInt8], TensorFileError.Rule?)] = [
    (model(initializer()), nil),
    (model(initializer(rest: field(5, [1, 2]))), nil),
    (model(input("x") + node("Relu", ["x"], ["y"])), nil),
    ([], .malformed),
    ([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f], .truncated),
    ([0x3b], .malformed),
    ([0x00], .malformed),
    ([UInt8](repeating: 0xff, count: 20), .malformed),
    (model(initializer(shape: [3])), .inconsistent),
    (model(initializer(shape: [minus])), .inconsistent),
    (model(initializer(shape: [1 << 62, 1 << 62])), .tooLarge),
    (model(initializer(shape: [1 << 40], rest: field(5, [1]))), .inconsistent),
    (model(initializer(shape: [2], rest: field(5, [1, 2, 3]))), .inconsistent),
    (model(initializer(shape: [2], rest: field(5, [1]))), .inconsistent),
    (model(initializer(shape: [1], rest: field(5, varint(300)))), .malformed),
    (model(initializer(shape: Array(repeating: 1, count: 40))), .inconsistent),
    (model(initializer() + initializer()), .inconsistent),
    (model(initializer("")), .inconsistent),
    (model(initializer(rest: field(3, []))), .unsupported),
    (model(initializer(rest: external([]))), .inconsistent),
    (model(initializer(rest: external([("location", "../secret")]))), .unsupported),
    (model(initializer(rest: external([("location", "/etc/passwd")]))), .unsupported),
    (model(initializer(rest: external([("location", "nowhere.bin")]))), .cannotAccess),
    (model(initializer(rest: external([("location", "Package.swift"), ("offset", "-4")]))), .malformed),
    (model(initializer(rest: external([("location", "Package.swift"), ("offset", "999999999")]))), .truncated),
    (model(initializer(rest: external([("location", "Package.swift"), ("length", "3")]))), .inconsistent),
    (model(input("x") + node("Relu", ["z"], ["y"])), .inconsistent),
    (model(input("x") + node("Relu", ["b"], ["a"]) + node("Relu", ["a"], ["b"])), .inconsistent),
    (model(input("x") + node("Relu", ["x"], ["y"]) + node("Relu", ["x"], ["y"])), .inconsistent),
    (model(text(2, "\u{0}") + field(2, [0xff])), .malformed),
  ]
  for (index, (bytes, rule)) in cases.enumerated() {
    let error = broken(bytes, SharedFiles.package + "/a.onnx")
    #expect(error?.rule == rule, "case \(index): \(error.map { "\($0)" } ?? "read")")
  }
}

// MARK: tflite

@Test func `a broken tflite model gives one error that names the rule`() throws {
  let path = SharedFiles.package + "/Fuzzing/Seeds/tflite/conv_same.tflite"
  let file = try MappedFile.open(path)
  let good = withExtendedLifetime(file) { Array(file.bytes) }
  func changed(_ place: Int, _ bytes: [UInt8]) -> [UInt8] {
    var copy = good
    copy.replaceSubrange(place..<place + bytes.count, with: bytes)
    return copy
  }
  let cases: [([UInt8], TensorFileError.Rule?)] = [
    (good, nil),
    (Array(good[..<7]), .truncated),
    (changed(4, Array("TFL2".utf8)), .malformed),
    (changed(0, little(UInt32.max)), .truncated),
    (changed(0, little(UInt32(good.count - 2))), .truncated),
    (Array(good[..<(good.count / 2)]), .truncated),
  ]
  for (index, (bytes, rule)) in cases.enumerated() {
    let error = broken(bytes, "a.tflite")
    #expect(error?.rule == rule, "case \(index): \(error.map { "\($0)" } ?? "read")")
  }
}

@Test func `a tflite model whose parts contradict each other gives the error its file is named after`() throws {
  for path in try PythonCases.cases("broken_tflite") {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let error = #expect(throws: TensorFileError.self, "\(name)") { try ModelFile.open(path) }
    #expect(error.map { name.hasPrefix("\($0.rule)-") } == true, "\(name): \(error.map { "\($0)" } ?? "")")
  }
}

@Test func `what is no known file is one error, and so are folders without a network`() {
  #expect(broken([1, 2, 3], "a.bin")?.rule == .unsupported)
  #expect(broken(safetensors("{\"__metadata__\":{}}"), "-") == nil)
  #expect(broken([8, 9] + model(initializer()), "-") == nil)
  #expect(broken([], "a.npy")?.rule == .truncated)
  for path in [SharedFiles.package, SharedFiles.package + "/nowhere.npy"] {
    #expect(throws: TensorFileError.self) { try ModelFile.open(path) }
  }
}
