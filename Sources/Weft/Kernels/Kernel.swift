/// The kernels of this build, by name.
public enum Kernel: Sendable {
  /// Plain Swift: the definition.
  case scalar(ScalarKernel)
  /// A CPU's own instructions.
  case native(NativeKernel)

  /// Every kernel this CPU can run, the definition first and the fastest last.
  public static let all: [Kernel] = [.scalar(ScalarKernel())] + NativeKernel.all.map { .native($0) }

  /// The fastest kernel of this CPU.
  public static var best: Kernel { all.last! }

  /// The kernel of that name; throws `unknownKernel` where this build or CPU has none.
  public static func named(_ name: String) throws(WeftError) -> Kernel {
    for kernel in all where kernel.name == name { return kernel }
    throw WeftError(.unknownKernel, "\(name); there are \(all.map(\.name).joined(separator: ", "))")
  }
}

extension Kernel: CodecKernel {
  public var name: String {
    switch self {
    case .scalar(let kernel): kernel.name
    case .native(let kernel): kernel.name
    }
  }

  public func countPrecisions(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, into counts: inout PrecisionCounts
  ) {
    switch self {
    case .scalar(let kernel):
      kernel.countPrecisions(lanes, count: count, coding: coding, into: &counts)
    case .native(let kernel):
      kernel.countPrecisions(lanes, count: count, coding: coding, into: &counts)
    }
  }

  public func encode(
    _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding,
    indices: UnsafeMutablePointer<UInt8>, payload: UnsafeMutableRawBufferPointer
  ) -> Int? {
    switch self {
    case .scalar(let kernel):
      kernel.encode(
        lanes, count: count, blockLanes: blockLanes, coding: coding, indices: indices, payload: payload)
    case .native(let kernel):
      kernel.encode(
        lanes, count: count, blockLanes: blockLanes, coding: coding, indices: indices, payload: payload)
    }
  }

  public func decode(
    _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, count: Int, blockLanes: Int,
    coding: GroupCoding, signExtends: Bool, lanes: UnsafeMutableRawPointer
  ) -> Int {
    switch self {
    case .scalar(let kernel):
      kernel.decode(
        payload, indices: indices, count: count, blockLanes: blockLanes, coding: coding, signExtends: signExtends,
        lanes: lanes)
    case .native(let kernel):
      kernel.decode(
        payload, indices: indices, count: count, blockLanes: blockLanes, coding: coding, signExtends: signExtends,
        lanes: lanes)
    }
  }

  public func compact(
    _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
    dense: UnsafeMutableRawPointer
  ) -> Int {
    switch self {
    case .scalar(let kernel): kernel.compact(lanes, count: count, coding: coding, mask: mask, dense: dense)
    case .native(let kernel): kernel.compact(lanes, count: count, coding: coding, mask: mask, dense: dense)
    }
  }

  public func expand(
    _ dense: UnsafeRawPointer, mask: UnsafePointer<UInt8>, count: Int, coding: GroupCoding, signExtends: Bool,
    lanes: UnsafeMutableRawPointer
  ) {
    switch self {
    case .scalar(let kernel):
      kernel.expand(dense, mask: mask, count: count, coding: coding, signExtends: signExtends, lanes: lanes)
    case .native(let kernel):
      kernel.expand(dense, mask: mask, count: count, coding: coding, signExtends: signExtends, lanes: lanes)
    }
  }

  public func packHeaders(
    _ indices: UnsafePointer<UInt8>, count: Int, bitCount: Int, into target: UnsafeMutablePointer<UInt8>,
    bitOffset: Int
  ) {
    switch self {
    case .scalar(let kernel):
      kernel.packHeaders(indices, count: count, bitCount: bitCount, into: target, bitOffset: bitOffset)
    case .native(let kernel):
      kernel.packHeaders(indices, count: count, bitCount: bitCount, into: target, bitOffset: bitOffset)
    }
  }

  public func unpackHeaders(
    _ bytes: UnsafeRawBufferPointer, bitOffset: Int, bitCount: Int, count: Int,
    into indices: UnsafeMutablePointer<UInt8>
  ) {
    switch self {
    case .scalar(let kernel):
      kernel.unpackHeaders(bytes, bitOffset: bitOffset, bitCount: bitCount, count: count, into: indices)
    case .native(let kernel):
      kernel.unpackHeaders(bytes, bitOffset: bitOffset, bitCount: bitCount, count: count, into: indices)
    }
  }

  public func countIndices(_ indices: UnsafePointer<UInt8>, count: Int) -> [16 of Int] {
    switch self {
    case .scalar(let kernel): kernel.countIndices(indices, count: count)
    case .native(let kernel): kernel.countIndices(indices, count: count)
    }
  }

  public func storedBits(_ indices: UnsafePointer<UInt8>, count: Int, coding: GroupCoding) -> Int? {
    switch self {
    case .scalar(let kernel): kernel.storedBits(indices, count: count, coding: coding)
    case .native(let kernel): kernel.storedBits(indices, count: count, coding: coding)
    }
  }

  public func crc32c(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32) -> UInt32 {
    switch self {
    case .scalar(let kernel): kernel.crc32c(bytes, continuing: crc)
    case .native(let kernel): kernel.crc32c(bytes, continuing: crc)
    }
  }
}
