import Foundation
import Networks
import TensorFiles
import TestSupport
import Testing
import Weft

/// Every tensor of the networks at hand, through the product of all settings.
@Suite struct FixtureTests {
  /// Folders of networks: the project's own, and larger ones beside the project where they are.
  static let folders: [String] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let own = root.appendingPathComponent("Fixtures/networks")
    let shared = root.deletingLastPathComponent().appendingPathComponent("shared/fixtures")
    var folders: [String] = []
    for place in [own, shared] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
      if names.isEmpty {
        if ProcessInfo.processInfo.environment["CI"] != nil { fatalError("\(place.path) is missing and CI is set") }
        print("**** SKIPPED: no \(place.path), the larger networks are not tested ****")
      }
      folders += names.sorted().map { place.appendingPathComponent($0).path }.filter {
        FileManager.default.fileExists(atPath: $0 + "/network.json")
      }
    }
    return folders
  }()

  @Test(arguments: folders)
  func `every tensor of a network survives every setting`(folder: String) throws {
    let model = try NetworkFolder(folder).model(sampleCount: 2)
    #expect(!model.tensors.isEmpty)
    var random = SplitMix(seed: 51)
    for tensor in model.tensors {
      for order in LaneOrder.allCases {
        for groupSize in GroupSize.allCases {
          for block in BlockSize.allCases {
            #if DEBUG
              guard Int.random(in: 0..<10, using: &random) == 0, tensor.descriptor.valueCount < 100_000 else {
                continue
              }
            #endif
            try check(tensor, PackingRequest(groupSize: .fixed(groupSize), order: .fixed(order), block: block), &random)
          }
        }
      }
    }
  }

  private func check(_ tensor: QuantizedTensor, _ request: PackingRequest, _ random: inout SplitMix) throws {
    let kernel = TestKernel.selected
    let packed: PackedTensor
    do throws(WeftError) {
      packed = try PackedTensor(packing: tensor, request: request, kernel: kernel)
    } catch {
      #expect(error.rule == .orderNotApplicable, "\(tensor.descriptor.name): \(error)")
      return
    }
    let again = try packed.unpacked(kernel: kernel)
    #expect(again.region.bytes.elementsEqual(tensor.region.bytes), "\(tensor.descriptor.name) \(packed.settings)")
    let decoder = try FrameDecoder(tensor.descriptor, settings: packed.settings, kernel: kernel)
    let scratch = decoder.makeScratch()
    for (frame, record) in packed.frames.enumerated() {
      try record.withUnsafeBytes { _ = try decoder.verify(frame: frame, record: $0, at: 0, scratch: scratch) }
    }
    // The slow count is slow: a part of the product, tensors of every size up to a limit.
    guard tensor.descriptor.valueCount < 20_000, Int.random(in: 0..<6, using: &random) == 0 else { return }
    let slow = SlowEncoder(tensor, packed.settings)
    let frames = (0..<slow.frameCount).compactMap { slow.frame($0) }
    #expect(packed.summary.headerBitCount == frames.reduce(0) { $0 + $1.headers.count })
    #expect(packed.summary.maskBitCount == frames.reduce(0) { $0 + $1.mask.count })
    #expect(packed.summary.payloadBitCount == frames.reduce(0) { $0 + $1.payload.count })
  }
}
