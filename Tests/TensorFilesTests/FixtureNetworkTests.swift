import Networks
import TestSupport
import Testing
import Weft

import TensorFiles

private func isLarge(_ folder: NetworkFolder) -> Bool {
  folder.graph.layers.reduce(0) { sum, layer in
    guard let input = folder.graph.tensor(layer.inputs[0]), let output = folder.graph.tensor(layer.output) else {
      return sum
    }
    return sum + (LayerGeometry(layer, input: input, output: output)?.multiplications ?? 0)
  } > 100_000_000
}

private func check(_ path: String, _ options: ReferenceOptions) throws {
  let folder = try NetworkFolder(path)
  #if DEBUG
    if isLarge(folder) {
      print("SKIPPED in debug: \(path) is computed in release only")
      return
    }
  #endif
  if options.trims, !folder.graph.samples.contains(where: { $0.profileOutput != nil }) { return }
  let check = try ReferenceCheck(graph: folder.graph, options: options, arrays: folder.arraySource)
  for sample in folder.graph.samples {
    let report = try check.run(sample: sample.name)
    #expect(report.mismatches.isEmpty, "\(path) \(sample.name): \(report.mismatches)")
    #expect(report.outputsChecked > 0)
    for name in report.leftOut {
      let layer = folder.graph.layers.first { $0.name == name }
      #expect(layer?.operation.name == "softmax", "\(path): \(name) was left out")
    }
    print(
      "\(path) \(sample.name)\(options.trims ? " trimmed" : ""): \(report.accumulatorsChecked) accumulators and "
        + "\(report.outputsChecked) outputs equal, unchecked: \(report.unchecked)")
  }
}

@Test func `the reference reproduces every stored activation and accumulator`() throws {
  if SharedFiles.shared == nil { SharedFiles.skip("no shared fixture networks") }
  for path in SharedFiles.networks { try check(path, ReferenceOptions()) }
}

@Test func `the reference reproduces the outputs under the precision profile`() throws {
  if SharedFiles.shared == nil { SharedFiles.skip("no shared fixture networks") }
  for path in SharedFiles.networks { try check(path, ReferenceOptions(trims: true)) }
}

@Test func `a network folder comes back byte for byte, and its graph the same`() throws {
  if SharedFiles.shared == nil { SharedFiles.skip("no shared fixture networks") }
  for path in SharedFiles.networks {
    let folder = try NetworkFolder(path)
    #expect(try LayerGraph(decoding: folder.graph.encoded()) == folder.graph)
    let model = try folder.model(sampleCount: 1)
    #expect(model.graph?.samples.count == 1)
    for entry in try model.networkFolder() {
      if entry.path == NetworkFolder.graphFile {
        #expect(try LayerGraph(decoding: entry.header) == model.graph)
      } else {
        let original = try MappedFile.open(path + "/" + entry.path)
        #expect(entry.bytes.elementsEqual(original.bytes), "\(path)/\(entry.path)")
      }
    }
  }
}
