import CWeft
import Loom
import Networks
import Weft

@c @implementation
public func weft_network_open(
  _ container: OpaquePointer!, _ network: UnsafeMutablePointer<OpaquePointer?>!,
  _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answering(problem) {
    guard let network else { throw CallFailure.null("the place for the network") }
    network.pointee = nil
    let handle = try NetworkHandle(try ContainerHandle.of(container))
    network.pointee = OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
    return Int64(handle.graph.layers.count)
  }
}

@c @implementation
public func weft_network_close(_ network: OpaquePointer!) -> Int64 {
  if let network { Unmanaged<NetworkHandle>.fromOpaque(UnsafeRawPointer(network)).release() }
  return 0
}

@c @implementation
public func weft_network_layer_count(_ network: OpaquePointer!) -> Int64 {
  answer { () throws(CallFailure) in Int64(try NetworkHandle.of(network).graph.layers.count) }
}

@c @implementation
public func weft_network_layer_name(
  _ network: OpaquePointer!, _ layer: Int64, _ text: UnsafeMutablePointer<CChar>!, _ capacity: Int
) -> Int64 {
  answer { () throws(CallFailure) in
    try CText.write(try NetworkHandle.of(network).layer(layer).name, to: text, capacity)
  }
}

@c @implementation
public func weft_network_layer_type(
  _ network: OpaquePointer!, _ layer: Int64, _ text: UnsafeMutablePointer<CChar>!, _ capacity: Int
) -> Int64 {
  answer { () throws(CallFailure) in
    try CText.write(try NetworkHandle.of(network).layer(layer).operation.name, to: text, capacity)
  }
}

@c @implementation
public func weft_network_tensor(
  _ network: OpaquePointer!, _ is_output: Int32, _ number: Int64, _ description: UnsafeMutablePointer<weft_tensor>!
) -> Int64 {
  answer { () throws(CallFailure) in
    let graph = try NetworkHandle.of(network).graph
    let names = is_output != 0 ? graph.outputs : graph.inputs
    guard number >= 0, number < names.count, let tensor = graph.tensor(names[Int(number)]),
      let type = tensor.type.elementType
    else { throw CallFailure(WEFT_ERROR_NO_SUCH_ENTRY, "tensor \(number) of \(names.count)") }
    let descriptor = TensorDescriptor(
      name: tensor.name, shape: tensor.shape, elementType: type, layout: tensor.layout, zeroPoint: tensor.zeroPoint)
    try CStruct.fill(description, with: descriptor.told)
    return Int64(descriptor.byteCount)
  }
}

@c @implementation
public func weft_network_run(
  _ network: OpaquePointer!, _ input: UnsafeRawPointer!, _ input_bytes: Int, _ output: UnsafeMutableRawPointer!,
  _ output_capacity: Int, _ runs: UnsafeMutablePointer<weft_layer_run>!, _ capacity: Int,
  _ options: UnsafePointer<weft_run_options>!, _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answering(problem) {
    let handle = try NetworkHandle.of(network)
    let given = try CStruct.read(options, over: .initial)
    let layers = handle.graph.layers
    let rows = runs == nil ? nil : try CRows(runs, capacity, needed: layers.count)
    let (opened, sample) = try handle.opened(input: input, input_bytes)
    let execution = try NetworkRun(
      graph: opened.graph, machine: try given.machine(), options: try given.runOptions(), kernel: .best,
      source: opened.source)
    var results: [LayerRun] = []
    try execution.run(sample: sample) { results.append($0) }
    if let output {
      guard let name = opened.graph.outputs.first, let packed = execution.output(name) else {
        throw CallFailure(WEFT_ERROR_GRAPH_UNSUPPORTED, "the network's output was not computed")
      }
      let values = try packed.unpacked(kernel: Kernel.best)
      let room = try CMemory.room(output, output_capacity, for: values.region.count)
      room.copyMemory(from: values.region.bytes)
    }
    if let rows {
      let byName = Dictionary(results.map { ($0.layer.name, $0) }, uniquingKeysWith: { first, _ in first })
      for (place, layer) in layers.enumerated() {
        rows.fill(place, with: byName[layer.name].map { weft_layer_run($0) } ?? weft_layer_run())
      }
    }
    return Int64(results.count)
  }
}
