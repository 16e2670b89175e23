import TestSupport
import Testing
import Weft

@Suite struct RoundTripTests {
  @Test func `a small tensor survives every order, block and group size`() throws {
    var random = SplitMix(seed: 1)
    for shape in [
      [], [0], [1], [15], [16], [17], [3, 5], [2, 3, 4, 20], [5, 3, 3, 3], [1, 7, 9, 33], [130, 2, 1, 17],
    ] {
      for type in [ElementType.int8, .uint8, .int16, .uint16, .int4, .uint4] {
        let tensor = random.tensor(shape, type)
        try checkEverySetting(tensor)
      }
    }
  }

  func checkEverySetting(_ tensor: QuantizedTensor) throws {
    let kernel = Kernel.best
    for order in LaneOrder.allCases {
      for groupSize in GroupSize.allCases {
        for block in BlockSize.allCases where block.laneCount(groupSize: groupSize) >= groupSize.laneCount {
          let request = PackingRequest(groupSize: .fixed(groupSize), order: .fixed(order), block: block)
          let settings: PackingSettings
          do throws(WeftError) {
            settings = try SettingsSearch(tensor, request: request, kernel: kernel).smallest()
          } catch {
            #expect(error.rule == .orderNotApplicable)
            continue
          }
          var writer = try ContainerWriter(ArraySink(), kernel: kernel)
          try writer.append(tensor, settings: settings)
          let bytes = try writer.finish().sink.bytes
          let reader = try ContainerReader(ArraySource(bytes), kernel: kernel)
          try reader.verify()
          let again = try TensorReader(reader, reader.entry(named: "t")).read()
          #expect(again.values == tensor.values, "\(tensor.descriptor) \(settings)")
        }
      }
    }
  }
}
