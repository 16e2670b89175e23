import CWeft
import Loom
import Networks
import Weft

@c @implementation
public func weft_array_run(
  _ layer: UnsafePointer<weft_layer>!, _ weights: OpaquePointer!, _ weights_tensor: Int64,
  _ activations: OpaquePointer!, _ activations_tensor: Int64, _ sums: UnsafeMutablePointer<Int64>!, _ capacity: Int,
  _ run: UnsafeMutablePointer<weft_layer_run>!, _ options: UnsafePointer<weft_run_options>!,
  _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answering(problem) {
    let given = try CStruct.read(options, over: .initial)
    let runOptions = try given.runOptions()
    let machine = try given.machine()
    let filters = try PackedTensor(try ContainerHandle.of(weights).tensor(weights_tensor))
    let inputs = try PackedTensor(try ContainerHandle.of(activations).tensor(activations_tensor))
    let single = try SingleLayer(try CStruct.read(layer, over: .initial), weights: filters, activations: inputs)
    let kernel = Kernel.best
    let execution = try NetworkRun(
      graph: single.graph, machine: machine, options: runOptions, kernel: kernel, source: single.source(kernel: kernel))
    var copy: SumCopy?
    if !runOptions.cyclesOnly {
      let count = single.sumCount
      let room = try CMemory.room(
        UnsafeMutableRawPointer(sums), capacity < 0 ? 0 : capacity.multipliedReportingOverflow(by: 8).partialValue,
        for: 8 * count)
      copy = SumCopy(room.bindMemory(to: Int64.self), filters: single.graph.tensors[1].shape.last ?? 1)
    }
    execution.observer = copy
    var result: LayerRun?
    try execution.run(sample: SingleLayer.sample) { result = $0 }
    withExtendedLifetime(copy) {}
    if run != nil, let result { try CStruct.fill(run, with: weft_layer_run(result)) }
    return Int64(single.sumCount)
  }
}

extension weft_layer {
  /// WEFT_LAYER_INIT, which Swift does not see.
  static var initial: weft_layer {
    var layer = weft_layer()
    layer.size = MemoryLayout<weft_layer>.size
    (layer.stride_height, layer.stride_width, layer.dilation_height, layer.dilation_width) = (1, 1, 1, 1)
    return layer
  }
}
