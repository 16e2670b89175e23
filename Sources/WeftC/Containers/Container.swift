import CWeft
import Weft

@c @implementation
public func weft_container_open(
  _ bytes: UnsafeRawPointer!, _ count: Int, _ container: UnsafeMutablePointer<OpaquePointer?>!,
  _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answer(problem) { () throws(CallFailure) in
    guard let container else { throw .null("the place for the container") }
    container.pointee = nil
    return hand(out: try ContainerHandle.open(memory: bytes, count), to: container)
  }
}

@c @implementation
public func weft_container_open_file(
  _ path: UnsafePointer<CChar>!, _ container: UnsafeMutablePointer<OpaquePointer?>!,
  _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answer(problem) { () throws(CallFailure) in
    guard let container else { throw .null("the place for the container") }
    container.pointee = nil
    guard let path else { throw .null("the path") }
    let source = try refusing { () throws(WeftError) in try ContainerSource.file(path) }
    return hand(out: try ContainerHandle.open(source), to: container)
  }
}

private func hand(out handle: ContainerHandle, to container: UnsafeMutablePointer<OpaquePointer?>) -> Int64 {
  container.pointee = OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
  return Int64(handle.tensors.count)
}

@c @implementation
public func weft_container_close(_ container: OpaquePointer!) -> Int64 {
  if let container { Unmanaged<ContainerHandle>.fromOpaque(UnsafeRawPointer(container)).release() }
  return 0
}

@c @implementation
public func weft_container_tensor_count(_ container: OpaquePointer!) -> Int64 {
  answer { () throws(CallFailure) in Int64(try ContainerHandle.of(container).tensors.count) }
}

@c @implementation
public func weft_container_find(_ container: OpaquePointer!, _ name: UnsafePointer<CChar>!) -> Int64 {
  answer { () throws(CallFailure) in
    let handle = try ContainerHandle.of(container)
    guard let name else { throw .null("the name") }
    let wanted = Array(try CText.read(name).utf8)
    // Bytes are compared: two names that only look alike are two names.
    for (place, entry) in handle.tensors.enumerated() where entry.name.utf8.elementsEqual(wanted) {
      return Int64(place)
    }
    throw CallFailure(WEFT_ERROR_NO_SUCH_ENTRY, "there is no tensor of that name")
  }
}

@c @implementation
public func weft_container_name(
  _ container: OpaquePointer!, _ tensor: Int64, _ text: UnsafeMutablePointer<CChar>!, _ capacity: Int
) -> Int64 {
  answer { () throws(CallFailure) in
    try CText.write(try ContainerHandle.of(container).tensor(tensor).descriptor.name, to: text, capacity)
  }
}

@c @implementation
public func weft_container_shape(
  _ container: OpaquePointer!, _ tensor: Int64, _ shape: UnsafeMutablePointer<Int64>!, _ capacity: Int
) -> Int64 {
  answer { () throws(CallFailure) in
    let extents = try ContainerHandle.of(container).tensor(tensor).descriptor.shape
    guard capacity >= extents.count else { throw .tooSmall(extents.count, capacity) }
    guard let shape else {
      guard extents.isEmpty else { throw .null("shape") }
      return 0
    }
    for (axis, extent) in extents.enumerated() { shape[axis] = Int64(extent) }
    return Int64(extents.count)
  }
}

@c @implementation
public func weft_container_tensor(
  _ container: OpaquePointer!, _ tensor: Int64, _ description: UnsafeMutablePointer<weft_tensor>!
) -> Int64 {
  answer { () throws(CallFailure) in
    let descriptor = try ContainerHandle.of(container).tensor(tensor).descriptor
    try CStruct.fill(description, with: descriptor.told)
    return Int64(descriptor.byteCount)
  }
}

@c @implementation
public func weft_container_verify(_ container: OpaquePointer!, _ problem: UnsafeMutablePointer<weft_problem>!) -> Int64
{
  answer(problem) { () throws(CallFailure) in
    let handle = try ContainerHandle.of(container)
    try refusing { () throws(WeftError) in try handle.reader.verify() }
    return Int64(handle.tensors.count)
  }
}
