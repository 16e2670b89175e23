import Loom
import Testing

@Suite struct StaticCyclesTests {
  @Test func `DPNN totals of the published networks are those of the cycle facts`() {
    let expected: [(String, Int, Int)] = [
      ("NiN", 8_606_160, 0), ("AlexNet", 5_212_788, 457_984), ("GoogLeNet", 12_477_360, 8_000),
      ("VGGS", 19_970_040, 752_896), ("VGGM", 12_458_040, 671_360), ("VGG19", 152_535_040, 965_888),
    ]
    #expect(PublishedNetwork.all.map(\.name) == expected.map(\.0))
    for (network, (_, convolutions, fullyConnected)) in zip(PublishedNetwork.all, expected) {
      #expect(network.cycles(of: Machine(.dpnn), .convolution) == convolutions)
      #expect(network.cycles(of: Machine(.dpnn), .fullyConnected) == fullyConnected)
    }
  }

  @Test(arguments: [
    (Machine.Kind.stripes, LayerShape.Kind.convolution, [1.777, 2.280, 1.740, 1.910, 2.141, 1.341]),
    (.loom1, .convolution, [2.477, 2.986, 1.776, 2.498, 2.756, 1.624]),
    (.loom1, .fullyConnected, [0, 1.656, 2.222, 1.634, 1.639, 1.626]),
    (.loom2, .fullyConnected, [0, 1.656, 2.228, 1.634, 1.639, 1.626]),
    (.loom4, .fullyConnected, [0, 1.656, 2.230, 1.634, 1.639, 1.626]),
  ])
  func `speed-ups from shapes and profile are the known ones`(
    kind: Machine.Kind, layers: LayerShape.Kind, expected: [Double]
  ) {
    for (network, speedUp) in zip(PublishedNetwork.all, expected) where speedUp > 0 {
      let ours =
        Double(network.cycles(of: Machine(.dpnn), layers)) / Double(network.cycles(of: Machine(kind), layers))
      #expect(abs(ours - speedUp) < 0.0006, "\(network.name): \(ours)")
    }
  }

  @Test func `a machine is read from its name and size`() {
    #expect(Machine("loom-1b") == Machine(.loom1))
    #expect(Machine("loom-1b:32x64")?.geometry == ArrayGeometry(rows: 32, columns: 64))
    for text in ["", "loom", "loom-1b:", "loom-1b:3", "loom-1b:0x4", "loom-1b:3x4x5", "loom-1b:3x4:5"] {
      #expect(Machine(text) == nil, "\(text)")
    }
  }

  @Test func `wider activation steps round up`() {
    let shape = LayerShape(kind: .convolution, filters: 128, windows: 16, fanIn: 16)
    let expected: [(Machine.Kind, Int)] = [(.loom1, 5 * 7), (.loom2, 2 * 3 * 7), (.loom4, 4 * 2 * 7)]
    for (kind, cycles) in expected {
      #expect(StaticCycles(Machine(kind)).cycles(shape, activationBits: 5, weightBits: 7) == cycles)
    }
  }

  @Test func `fully connected columns start one after the other`() {
    // 2,048 outputs fill every unit: one pass of one brick, 16 cycles a weight bit, 15 cycles of stagger.
    let full = LayerShape(kind: .fullyConnected, filters: 2048, windows: 1, fanIn: 16)
    #expect(StaticCycles(Machine(.loom1)).cycles(full, activationBits: nil, weightBits: 3) == 3 * 16 + 15)
    // 128 outputs leave 15 columns free: 16 slices share 32 bricks.
    let sliced = LayerShape(kind: .fullyConnected, filters: 128, windows: 1, fanIn: 512)
    #expect(StaticCycles(Machine(.loom1)).cycles(sliced, activationBits: nil, weightBits: 3) == 2 * 3 * 16 + 15 + 16)
  }
}
