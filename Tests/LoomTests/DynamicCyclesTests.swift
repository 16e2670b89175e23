import Loom
import Networks
import TensorFiles
import TestSupport
import Testing
import Weft

/// Cycles counted from unpacked values with plain loops.
private struct PlainCount {
  var geometry: LayerGeometry
  /// Activations less their zero point, in the order image, row, column, channel.
  var values: [Int32]
  var weights: [Int32]

  private func bits(_ values: [Int32], isSigned: Bool) -> Int {
    values.map { value in
      let pattern = isSigned && value < 0 ? ~value : value
      return value == 0 ? 0 : Int32.bitWidth - pattern.leadingZeroBitCount + (isSigned ? 1 : 0)
    }.max() ?? 0
  }

  private func value(_ window: Int, _ tap: Int, _ channel: Int) -> Int32 {
    let g = geometry
    let (line, column) = window.quotientAndRemainder(dividingBy: g.outputWidth)
    let (image, row) = line.quotientAndRemainder(dividingBy: g.outputHeight)
    let y = row * g.window.strideHeight + tap / g.window.kernelWidth * g.window.dilationHeight - g.window.padding.top
    let x = column * g.window.strideWidth + tap % g.window.kernelWidth * g.window.dilationWidth - g.window.padding.left
    guard y >= 0, y < g.inputHeight, x >= 0, x < g.inputWidth else { return 0 }
    return values[((image * g.inputHeight + y) * g.inputWidth + x) * g.inputChannels + channel]
  }

  /// Cycles of Loom on a depthwise layer: 16 filters a step, one lane each, tap by tap.
  func depthwiseCycles(columns: Int, bitsPerCycle: Int) -> Int {
    let g = geometry
    let isSigned = values.contains { $0 < 0 }
    let weightBits = max(1, bits(weights, isSigned: weights.contains { $0 < 0 }))
    let multiplier = g.outputChannels / g.inputChannels
    var total = 0
    for filter in stride(from: 0, to: g.outputChannels, by: 16) {
      let channels = Set((filter..<min(filter + 16, g.outputChannels)).map { $0 / multiplier })
      for first in stride(from: 0, to: g.windowCount, by: columns) {
        for tap in 0..<g.window.kernelHeight * g.window.kernelWidth {
          let operands = (first..<min(first + columns, g.windowCount)).flatMap { window in
            channels.map { value(window, tap, $0) }
          }
          let width = max(1, bits(operands, isSigned: isSigned))
          total += (width + bitsPerCycle - 1) / bitsPerCycle * weightBits
        }
      }
    }
    return total
  }

  /// Cycles of Loom on a layer; `rows` filters a step unless it is depthwise.
  func layerCycles(rows: Int, columns: Int, bitsPerCycle: Int) -> Int {
    geometry.isDepthwise
      ? depthwiseCycles(columns: columns, bitsPerCycle: bitsPerCycle)
      : cycles(rows: rows, columns: columns, bitsPerCycle: bitsPerCycle)
  }

  /// Cycles of Loom on a convolution that is not depthwise.
  func cycles(rows: Int, columns: Int, bitsPerCycle: Int) -> Int {
    let g = geometry
    let fanIn = g.fanInChannels
    let taps = g.window.kernelHeight * g.window.kernelWidth
    let isSigned = values.contains { $0 < 0 }
    let weightBits = max(1, bits(weights, isSigned: weights.contains { $0 < 0 }))
    // (tap, channel) of the products of each brick, group 0's channels.
    var bricks: [[(Int, Int)]] = []
    if fanIn < 16 {
      let all = (0..<taps).flatMap { tap in (0..<fanIn).map { (tap, $0) } }
      bricks = stride(from: 0, to: all.count, by: 16).map { Array(all[$0..<min($0 + 16, all.count)]) }
    } else {
      for tap in 0..<taps {
        for first in stride(from: 0, to: fanIn, by: 16) {
          bricks.append((first..<min(first + 16, fanIn)).map { (tap, $0) })
        }
      }
    }
    var total = 0
    for group in 0..<g.window.groups {
      let tiles = (g.outputChannels / g.window.groups + rows - 1) / rows
      for first in stride(from: 0, to: g.windowCount, by: columns) {
        for brick in bricks {
          let operands = (first..<min(first + columns, g.windowCount)).flatMap { window in
            brick.map { value(window, $0.0, $0.1 + group * fanIn) }
          }
          let width = max(1, bits(operands, isSigned: isSigned))
          total += tiles * ((width + bitsPerCycle - 1) / bitsPerCycle) * weightBits
        }
      }
    }
    return total
  }
}

@Suite struct DynamicCyclesTests {
  private static let machines = [("loom-1b", 128, 16, 1), ("loom-2b", 128, 8, 2), ("loom-4b", 128, 4, 4)]

  @Test func `dynamic cycles of random convolutions are those of a plain count`() throws {
    for shape in RandomLayer.Shape.all {
      guard shape.operation.window != nil else { continue }
      let layer = try RandomLayer(shape, seed: 12)
      let graph = layer.graph
      let geometry = try #require(
        LayerGeometry(graph.layers[0], input: graph.tensors[0], output: graph.tensors[1]))
      let plain = PlainCount(
        geometry: geometry, values: layer.input.values.map { $0 - shape.zeroPoint }, weights: layer.weights.values)
      for (name, rows, columns, bits) in Self.machines {
        let run = try layer.run(try #require(Machine(name))).run
        #expect(
          run.timing.cycles == plain.layerCycles(rows: rows, columns: columns, bitsPerCycle: bits), "\(shape), \(name)")
      }
    }
  }

  @Test func `dynamic cycles of every convolution of the networks are those of a plain count`() throws {
    if SharedFiles.shared == nil { SharedFiles.skip("no shared fixture networks") }
    for path in SharedFiles.networks {
      #if DEBUG
        if path.contains("squeezenet") || path.contains("resnet") {
          print("SKIPPED in debug: \(path) is counted in release only")
          continue
        }
      #endif
      let model = try NetworkFolder(path).model(sampleCount: 1)
      let graph = try #require(model.graph)
      let arrays = Dictionary(uniqueKeysWithValues: model.arrays.map { ($0.name, $0) })
      let source = OperandSource(
        packed: { name, order in
          guard case .tensor(let tensor)? = arrays[name] else { return nil }
          return try OperandPacking(kernel: .best).pack(tensor, order: order)
        }, integers: { arrays[$0]?.integers })
      for (name, rows, columns, bits) in Self.machines {
        let run = try NetworkRun(
          graph: graph, machine: try #require(Machine(name)), options: RunOptions(cyclesOnly: true), kernel: .best,
          source: source)
        var counted = 0
        try run.run(sample: graph.samples[0].name) { layerRun in
          let layer = layerRun.layer
          guard layer.operation.window != nil, layer.weights != nil, let input = graph.tensor(layer.inputs[0]),
            let output = graph.tensor(layer.output), let geometry = LayerGeometry(layer, input: input, output: output),
            let values = arrays[input.array(of: graph.samples[0].name)!]?.integers,
            let weights = arrays[layer.weights!.array!]?.integers
          else { return }
          let plain = PlainCount(
            geometry: geometry, values: values.map { Int32($0) - input.zeroPoint }, weights: weights.map { Int32($0) })
          #expect(
            layerRun.timing.cycles == plain.layerCycles(rows: rows, columns: columns, bitsPerCycle: bits),
            "\(path) \(layer.name) \(name)")
          counted += 1
        }
        #expect(counted > 0 || path.contains("autoencoder"))
        print("\(path) \(name): \(counted) convolutions counted alike")
      }
    }
  }
}
