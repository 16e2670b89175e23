import Foundation
import Networks
import TensorFiles
import TestSupport
import Testing
import Weft

/// A folder that goes away with the test.
private func withFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "weft-tree-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}

private func write(_ entries: [FolderEntry], to folder: String) throws {
  for entry in entries {
    let url = URL(filePath: folder + "/" + entry.path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(entry.bytes).write(to: url)
  }
}

@Test func `a network written as a DNNsim tree is read back with the same integers`() throws {
  guard let shared = SharedFiles.shared else {
    SharedFiles.skip("no shared fixture networks")
    return
  }
  for name in ["resnet8_cifar10_fixed16", "resnet8_cifar10_int8", "dscnn_kws_int8", "autoencoder_ad_int8"] {
    let folder = try NetworkFolder("\(shared)/fixtures/\(name)")
    let (entries, notices) = try SimulatorTree.files(of: folder.graph, sample: "s0", arrays: folder.arraySource)
    #expect(notices.count <= 1)
    try withFolder { root in
      try write(entries, to: root)
      let model = try ModelFile.open(root)
      let graph = try #require(model.graph)
      let weighted = folder.graph.layers.filter { $0.weights != nil }
      #expect(graph.layers.map(\.name) == weighted.map { $0.name.replacingOccurrences(of: "/", with: "-") })
      for (layer, original) in zip(graph.layers, weighted) {
        #expect(layer.operation.name == original.operation.name, "\(name) \(layer.name)")
        let sizes = try [(graph, layer), (folder.graph, original)].map { graph, layer in
          let input = try #require(graph.tensor(layer.inputs[0]))
          let output = try #require(graph.tensor(layer.output))
          return try #require(LayerGeometry(layer, input: input, output: output)?.multiplications)
        }
        #expect(sizes[0] == sizes[1])
        let found = try #require(model.array("wgt-\(layer.name)")?.integers)
        let stored = try folder.array(try #require(original.weights?.array))
        let isDepthwise = original.operation.name == "depthwise_conv2d"
        let shape = stored.shape
        let values = try #require(stored.integers)
        let ordered =
          shape.count == 4
          ? AxisOrder.transposed(values, shape: shape, permutation: isDepthwise ? [3, 0, 1, 2] : [0, 3, 1, 2]) : values
        // DNNsim has no smallest two's complement number.
        let limit: Int64 = name.hasSuffix("int8") ? 127 : 32767
        #expect(found == ordered.map { max($0, -limit) }, "\(name) \(layer.name)")
        let tensor = try #require(folder.graph.tensor(original.inputs[0]))
        let activation = try folder.array(
          "activations/s0/\(try #require(tensor.array(of: "s0")).split(separator: "/").last!)")
        let sum = try #require(activation.integers).reduce(0) { $0 + max($1, -32767) - Int64(tensor.zeroPoint) }
        #expect(try #require(model.array("act-\(layer.name)-0")?.integers).reduce(0, +) == sum, "\(name) \(layer.name)")
      }
    }
  }
}

@Test func `a trimmed tree holds what is left of each array`() throws {
  guard let shared = SharedFiles.shared else {
    SharedFiles.skip("no shared fixture networks")
    return
  }
  let folder = try NetworkFolder("\(shared)/fixtures/resnet8_cifar10_fixed16")
  let (entries, _) = try SimulatorTree.files(of: folder.graph, sample: "s0", trims: true, arrays: folder.arraySource)
  try withFolder { root in
    try write(entries, to: root)
    let model = try ModelFile.open(root)
    for (layer, original) in zip(try #require(model.graph?.layers), folder.graph.layers.filter { $0.weights != nil }) {
      let bits = try #require(original.profile?.weightBits)
      let most = try #require(model.array("wgt-\(layer.name)")?.integers?.map { $0.magnitude }.max())
      #expect(most < 1 << (bits - 1))
      #expect(layer.profile?.weightBits == bits)
    }
  }
}

@Test func `traces that are not whole in their format are refused with the hint, and rounded when asked`() throws {
  func real(_ name: String, _ shape: [Int], _ values: [Float]) throws -> FolderEntry {
    let bytes = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    return try FolderEntry(
      .stored(StoredArray(name: name, type: .float32, shape: shape, region: ByteRegion(copying: bytes))))
  }
  try withFolder { root in
    try write(
      [
        FolderEntry(path: "models/net/model.csv", header: Array("a/fc,fc,1,0\n".utf8)),
        FolderEntry(path: "models/net/precision.txt", header: Array("header\n3;\n1;\n1;\n3;\n".utf8)),
        try real("net_traces/net/wgt-a-fc", [1, 2], [0.125, -0.5]),
        try real("net_traces/net/act-a-fc-0", [1, 2], [0.5, 0.7]),
      ], to: root)
    let error = #expect(throws: TensorFileError.self) { try ModelFile.open(root) }
    #expect(error?.rule == .floatsNeedQuantization && error?.detail.contains("--to int16:1") == true)
    let model = try ModelFile.open(root + "/models/net", options: .init(quantization: .int16(fractionBits: 1)))
    #expect(model.array("act-a-fc-0")?.integers == [1, 1])
    #expect(model.array("wgt-a-fc")?.integers == [1, -4])
    #expect(model.notices.count == 1)
    for (file, text) in [
      ("precision.txt", "header\n3;\n1;\n1;\n"), ("precision.txt", "header\n3;\n1;\n20;\n3;\n"),
      ("precision.txt", "header\n3;4;\n1;\n1;\n3;\n"), ("model.csv", "a/fc,fc\n"), ("model.csv", "a/fc,gru,1,0\n"),
      ("model.csv", "b,fc,1,0\n"), ("model.csv", "a-fc,conv,1,0\n"),
    ] {
      let path = root + "/models/net/" + file
      let good = try Data(contentsOf: URL(filePath: path))
      try Data(text.utf8).write(to: URL(filePath: path))
      #expect(throws: TensorFileError.self, "\(text)") { try ModelFile.open(root) }
      try good.write(to: URL(filePath: path))
    }
  }
}
