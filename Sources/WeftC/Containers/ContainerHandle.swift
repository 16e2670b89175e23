import CWeft
import Weft

/// What a `weft_container *` points to.
final class ContainerHandle {
  let reader: ContainerReader<ContainerSource, Kernel>
  /// Packed tensors; stored entries are not among them.
  let tensors: [IndexEntry]

  private init(_ reader: ContainerReader<ContainerSource, Kernel>) {
    self.reader = reader
    tensors = reader.entries.filter { if case .tensor = $0.kind { true } else { false } }
  }

  /// Opens a source. (No initialiser: Embedded Swift loses the memory of an object whose initialiser throws.)
  static func open(_ source: ContainerSource) throws(CallFailure) -> ContainerHandle {
    ContainerHandle(try refusing { () throws(WeftError) in try ContainerReader(source, kernel: Kernel.best) })
  }

  /// Opens bytes of the caller's.
  static func open(memory: UnsafeRawPointer?, _ count: Int) throws(CallFailure) -> ContainerHandle {
    try open(ContainerSource(try CMemory.read(memory, count, "the container")))
  }

  /// The reader of a tensor. Throws `NO_SUCH_ENTRY`.
  func tensor(_ place: Int64) throws(CallFailure) -> TensorReader<ContainerSource, Kernel> {
    guard place >= 0, place < tensors.count else {
      throw CallFailure(WEFT_ERROR_NO_SUCH_ENTRY, "tensor \(place) of \(tensors.count)")
    }
    return try refusing { () throws(WeftError) in try TensorReader(reader, tensors[Int(place)]) }
  }

  static func of(_ pointer: OpaquePointer?) throws(CallFailure) -> ContainerHandle {
    guard let pointer else { throw .null("the container") }
    return Unmanaged<ContainerHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }
}

extension TensorReader where K == Kernel {
  /// Unpacks all elements into a buffer of the caller's; the bytes written.
  func read(into target: UnsafeMutableRawPointer?, _ capacity: Int) throws(CallFailure) -> Int64 {
    let room = try CMemory.room(target, capacity, for: descriptor.byteCount)
    return try refusing { () throws(WeftError) in
      let window = ElementWindow(indices: 0..<descriptor.valueCount, memory: room)
      try read(scratch: decoder.makeScratch(), into: window)
      return Int64(room.count)
    }
  }
}
