import Foundation
import Networks
import TensorFiles
import Testing
import Weft

/// A small generator with a fixed seed (SplitMix64).
private struct Generator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
    return word ^ word >> 31
  }
}

private func seeds(_ format: String) throws -> [(path: String, bytes: [UInt8])] {
  let folder = SharedFiles.package + "/Tests/FuzzSeeds/" + format
  return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
    let file = try MappedFile.open(folder + "/" + name)
    return withExtendedLifetime(file) { (folder + "/" + name, Array(file.bytes)) }
  }
}

/// One to four changes: flipped bits, extreme bytes and words, bytes gone, doubled or cut off.
private func mutated(_ seed: [UInt8], _ generator: inout Generator) -> [UInt8] {
  var bytes = seed
  for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
    let place = Int.random(in: bytes.indices, using: &generator)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &generator)!
    case 2: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 3: bytes.removeSubrange(place..<min(place + Int.random(in: 1...9, using: &generator), bytes.count))
    case 4: bytes.insert(contentsOf: bytes[place..<min(place + 7, bytes.count)], at: place)
    case 5: bytes.removeSubrange(place...)
    default:
      let word: UInt32 = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fffe].randomElement(using: &generator)!
      for byte in 0..<4 where place + byte < bytes.count {
        bytes[place + byte] = UInt8(truncatingIfNeeded: word >> UInt32(8 * byte))
      }
    }
  }
  return bytes
}

/// Everything that is done with a model: its arrays written, its graph written and read, and run where it is small.
private func use(_ model: ModelFile) throws {
  for array in model.arrays { _ = try FolderEntry(array).header }
  guard let graph = model.graph else { return }
  try graph.check()
  #expect(try LayerGraph(decoding: graph.encoded()) == graph)
  try run(graph, arrays: model.arraySource)
}

private func run(_ graph: LayerGraph, arrays: @escaping ReferenceExecutor.ArraySource) throws {
  var inputs: [String: IntegerArray] = [:]
  let known = Dictionary(graph.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  guard graph.tensors.reduce(0, { $0 + $1.valueCount }) < 20_000 else { return }
  for layer in graph.layers {
    guard let input = layer.inputs.first.flatMap({ known[$0] }), let output = known[layer.output] else { return }
    let work = LayerGeometry(layer, input: input, output: output)?.multiplications ?? 0
    let window = layer.operation.window.map { $0.kernelHeight * $0.kernelWidth * output.valueCount } ?? 0
    guard work < 200_000, window < 200_000 else { return }
  }
  for tensor in graph.tensors where graph.inputs.contains(tensor.name) {
    let values = (0..<tensor.valueCount).map { Int32($0 % 100) }
    inputs[tensor.name] = IntegerArray(shape: tensor.shape, layout: tensor.layout, values: values)
  }
  for choice in RoundingChoice.allCases {
    let options = ReferenceOptions(rounding: choice, trims: choice == .single)
    _ = try ReferenceExecutor(graph: graph, options: options, arrays: arrays).run(inputs: inputs)
  }
}

private func read(_ bytes: [UInt8], _ path: String) throws {
  let region = ByteRegion(copying: bytes)
  if path.hasSuffix(".json") {
    let graph = try LayerGraph(decoding: region.bytes)
    #expect(try LayerGraph(decoding: graph.encoded()) == graph)
    try run(graph) { _ in nil }
  } else if path.hasSuffix("profile.csv") {
    _ = try ProfileTable(region.bytes)
  } else {
    let isArrays = ["npy", "npz", "safetensors"].contains { path.hasSuffix($0) }
    let options = ModelFile.OpeningOptions(quantization: isArrays ? .int8 : nil, inflatedByteLimit: 1 << 20)
    try use(try ModelFile.read(region, path: path, name: "seed", options: options))
  }
}

@Test(arguments: ["npy", "npz", "safetensors", "tflite", "onnx", "network", "csv"])
func `every change of a valid file gives a result or one error`(_ format: String) throws {
  #if DEBUG
    let roundCount = 1500
  #else
    let roundCount = 20_000
  #endif
  let seed = ProcessInfo.processInfo.environment["WEFT_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_261_124
  for (path, bytes) in try seeds(format) {
    do { try read(bytes, path) } catch let error as NetworkError where path.hasSuffix(".json") {
      // The seed names parameters that are not there.
      #expect(error.rule == .missing, "\(path): \(error)")
    }
    var generator = Generator(state: seed)
    var errorCount = 0
    for _ in 0..<roundCount {
      let changed = mutated(bytes, &generator)
      do { try read(changed, path) } catch let error as TensorFileError {
        #expect(!error.detail.isEmpty)
        errorCount += 1
      } catch let error as NetworkError {
        #expect(!error.detail.isEmpty)
        errorCount += 1
      }
    }
    #expect(errorCount > 0, "\(path), seed \(seed): no change was found out")
  }
}

@Test(arguments: ["npy", "npz", "safetensors", "tflite", "onnx", "network"])
func `every prefix of a valid file gives one error`(_ format: String) throws {
  for (path, bytes) in try seeds(format) {
    var readable: [Int] = []
    for count in 0..<bytes.count - 1 {
      do {
        try read(Array(bytes[..<count]), path)
        readable.append(count)
      } catch { #expect(error is TensorFileError || error is NetworkError) }
    }
    // A protobuf message may end behind any field: behind the graph the model is whole.
    #expect(format == "onnx" ? readable.count <= 3 : readable.isEmpty, "\(path): \(readable)")
  }
}
