import CWeft
import Weft

@c @implementation
public func weft_tensor_bytes(_ tensor: UnsafePointer<weft_tensor>!) -> Int64 {
  answer { () throws(CallFailure) in Int64(try TensorDescriptor(tensor).byteCount) }
}

@c @implementation
public func weft_pack_bound(
  _ tensor: UnsafePointer<weft_tensor>!, _ options: UnsafePointer<weft_pack_options>!
) -> Int64 {
  answer { () throws(CallFailure) in
    let descriptor = try TensorDescriptor(tensor)
    let request = try PackingRequest(try CStruct.read(options, over: .initial))
    return try refusing { () throws(WeftError) in Int64(try request.containerByteBound(of: descriptor)) }
  }
}

@c @implementation
public func weft_pack(
  _ tensor: UnsafePointer<weft_tensor>!, _ values: UnsafeRawPointer!, _ value_bytes: Int,
  _ target: UnsafeMutableRawPointer!, _ capacity: Int, _ options: UnsafePointer<weft_pack_options>!,
  _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answer(problem) { () throws(CallFailure) in
    let descriptor = try TensorDescriptor(tensor)
    let options = try CStruct.read(options, over: .initial)
    let request = try PackingRequest(options)
    let kernel = try options.chosenKernel()
    let bytes = try CMemory.read(values, value_bytes, "values")
    guard bytes.count == descriptor.byteCount else {
      throw CallFailure(
        WEFT_ERROR_INVALID_ARGUMENT, "\(bytes.count) bytes of values for a tensor of \(descriptor.byteCount)")
    }
    guard capacity >= 0 else { throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "capacity") }
    let room = try CMemory.room(target, capacity, for: target == nil ? 0 : capacity)
    // The values stay the caller's: nothing is copied, and nothing is given back.
    let values = QuantizedTensor(descriptor: descriptor, region: ByteRegion(adopting: bytes) { _ in })
    guard values.isInRange else {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "a value outside \(descriptor.elementType.name)")
    }
    return try refusing { () throws(WeftError) in
      let settings = try SettingsSearch(values, request: request, kernel: kernel).smallest()
      var writer = try ContainerWriter(MemorySink(room), kernel: kernel)
      try writer.append(values, settings: settings)
      return Int64(try writer.finish().byteCount)
    }
  }
}

@c @implementation
public func weft_unpacked_size(
  _ packed: UnsafeRawPointer!, _ packed_bytes: Int, _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answer(problem) { () throws(CallFailure) in
    Int64(try onlyTensor(of: packed, packed_bytes).descriptor.byteCount)
  }
}

@c @implementation
public func weft_unpack(
  _ packed: UnsafeRawPointer!, _ packed_bytes: Int, _ target: UnsafeMutableRawPointer!, _ capacity: Int,
  _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answer(problem) { () throws(CallFailure) in
    try onlyTensor(of: packed, packed_bytes).read(into: target, capacity)
  }
}

/// The reader of the one tensor of a container in memory. Throws `NOT_ONE_TENSOR`.
private func onlyTensor(
  of packed: UnsafeRawPointer?, _ count: Int
) throws(CallFailure) -> TensorReader<MemorySource, Kernel> {
  let region = ByteRegion(adopting: try CMemory.read(packed, count, "the container")) { _ in }
  let reader = try refusing { () throws(WeftError) in try ContainerReader(MemorySource(region), kernel: Kernel.best) }
  let tensors = reader.entries.filter { if case .tensor = $0.kind { true } else { false } }
  guard tensors.count == 1 else {
    throw CallFailure(WEFT_ERROR_NOT_ONE_TENSOR, "a container with \(tensors.count) tensors: open it")
  }
  return try refusing { () throws(WeftError) in try TensorReader(reader, tensors[0]) }
}

extension QuantizedTensor {
  /// Whether every element lies in its type's range: plain where the type fills its bytes. Cost: one pass otherwise.
  fileprivate var isInRange: Bool {
    let type = descriptor.elementType
    guard type.width < 8 * type.byteCount else { return true }
    for index in 0..<descriptor.valueCount where self[index] < type.minimum || self[index] > type.maximum {
      return false
    }
    return true
  }
}
