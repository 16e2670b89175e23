import Networks
import Weft

// What a layer gives, packed again.
extension NetworkRun {
  func compute(_ operands: LayerOperands, _ output: GraphTensor, into result: inout LayerRun) throws {
    let layer = operands.layer
    var bias: [Int64]?
    if let parameter = layer.bias {
      guard let name = parameter.array, let values = try source.integers(name) else {
        throw NetworkError(.missing, "the bias is not there")
      }
      guard values.count == operands.filterCount else {
        throw NetworkError(.inconsistent, "\(values.count) biases for \(operands.filterCount) filters")
      }
      bias = values
    }
    let profile = options.trims ? layer.profile : nil
    let finisher = try LayerFinisher(
      layer, output: output, bias: bias,
      shift: (profile?.activationLowBitsDropped ?? 0) + (profile?.weightLowBitsDropped ?? 0),
      sumBits: operands.sumBits, rounding: options.rounding, kernel: arrayKernel)
    let writer = try writer(output, range: finisher.range)
    guard writer.channelCount == operands.filterCount, writer.outputPositions == operands.windowCount else {
      throw NetworkError(
        .inconsistent,
        "the output has \(writer.outputPositions) positions of \(writer.channelCount) channels, the layer \(operands.windowCount) of \(operands.filterCount)"
      )
    }
    try observer?.begin(layer, output: output)
    let emit: (SumTile) throws -> Void = { [observer] tile in
      try observer?.tile(
        sums: tile.sums, outputs: tile.outputs, stride: 32, first: tile.firstWindow, count: tile.count)
      // Sums of a fully connected layer are rows of its output, whatever their axes mean.
      try writer.append(tile.outputs, stride: 32, count: tile.count)
    }
    switch options.executor {
    case .fast:
      try FastExecutor(kernel: arrayKernel, threads: options.threads).run(
        operands, finish: { try finisher.finish($0) }, emit: emit)
    case .register:
      let executor = RegisterExecutor(
        machine: result.timing.machine, options: options.timing,
        traced: traced?.layer == layer.name ? traced?.unit : nil)
      let outcome = try executor.run(operands, finish: { try finisher.finish($0) }, emit: emit)
      result.simulatedCycles = outcome.cycles
      if traced?.layer == layer.name { trace = outcome.trace }
    }
    try observer?.end(layer)
    note(output.name, try writer.finish())
  }

  func move(_ layer: Layer, _ output: GraphTensor) throws {
    var range = LayerFinisher.range(of: layer, output)
    if case .pad = layer.operation {
      // The value around the image may be anything.
    } else {
      // Values at or above the zero point stay there.
      let inputs = try layer.inputs.map { try planes(of: $0, droppedBits: 0) }
      if inputs.allSatisfy({ !$0.isSigned }) {
        range = max(range.lowerBound, Int64(output.zeroPoint))...range.upperBound
      }
    }
    let inputs = try layer.inputs.map { name in
      guard let tensor = tensors[name] else { throw NetworkError(.missing, "input '\(name)'") }
      return (tensor: tensor, planes: try planes(of: name, droppedBits: 0))
    }
    let writer = try writer(output, range: range)
    try observer?.begin(layer, output: output)
    try PlainTiles(
      layer: layer, inputs: inputs, output: output, rounding: options.rounding, kernel: arrayKernel,
      usesComparators: options.executor == .register
    ).run {
      [observer] values, stride, count in
      try observer?.tile(sums: nil, outputs: values, stride: stride, first: writer.positionCount, count: count)
      try writer.append(values, stride: stride, count: count)
    }
    try observer?.end(layer)
    note(output.name, try writer.finish())
  }

  private func writer(_ output: GraphTensor, range: ClosedRange<Int64>) throws -> OutputWriter {
    try OutputWriter(
      output, range: range, droppedBits: (droppedBits[output.name] ?? [0]).sorted(), kernel: kernel)
  }
}
