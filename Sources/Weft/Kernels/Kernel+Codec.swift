#if !hasFeature(Embedded)
  // Every call passes its memory and its counts on as they are.
  extension Kernel: CodecKernel {
    public var name: PlainText {
      switch self {
      case .scalar(let kernel): kernel.name
      case .native(let kernel): kernel.name
      }
    }

    public func search(
      _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, type: ElementType?, into findings: inout LaneFindings
    ) {
      switch self {
      case .scalar(let kernel): unsafe kernel.search(lanes, count: count, coding: coding, type: type, into: &findings)
      case .native(let kernel): unsafe kernel.search(lanes, count: count, coding: coding, type: type, into: &findings)
      }
    }

    public func encode(
      _ lanes: UnsafeRawPointer, count: Int, blockLanes: Int, coding: GroupCoding,
      indices: UnsafeMutablePointer<UInt8>, payload: UnsafeMutableRawBufferPointer, streams: Bool,
      checksum: UnsafeMutablePointer<UInt32>?
    ) -> Int? {
      switch self {
      case .scalar(let kernel):
        unsafe kernel.encode(
          lanes, count: count, blockLanes: blockLanes, coding: coding, indices: indices, payload: payload,
          streams: streams, checksum: checksum)
      case .native(let kernel):
        unsafe kernel.encode(
          lanes, count: count, blockLanes: blockLanes, coding: coding, indices: indices, payload: payload,
          streams: streams, checksum: checksum)
      }
    }

    public func decode(
      _ payload: UnsafeRawBufferPointer, indices: UnsafePointer<UInt8>, count: Int, blockLanes: Int,
      coding: GroupCoding, target: LaneTarget, lanes: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?
    ) {
      switch self {
      case .scalar(let kernel):
        unsafe kernel.decode(
          payload, indices: indices, count: count, blockLanes: blockLanes, coding: coding, target: target, lanes: lanes,
          checksum: checksum)
      case .native(let kernel):
        unsafe kernel.decode(
          payload, indices: indices, count: count, blockLanes: blockLanes, coding: coding, target: target, lanes: lanes,
          checksum: checksum)
      }
    }

    public func compact(
      _ lanes: UnsafeRawPointer, count: Int, coding: GroupCoding, mask: UnsafeMutablePointer<UInt8>,
      dense: UnsafeMutableRawPointer
    ) -> Int {
      switch self {
      case .scalar(let kernel): unsafe kernel.compact(lanes, count: count, coding: coding, mask: mask, dense: dense)
      case .native(let kernel): unsafe kernel.compact(lanes, count: count, coding: coding, mask: mask, dense: dense)
      }
    }

    public func expand(
      _ dense: UnsafeRawPointer, mask: UnsafePointer<UInt8>, count: Int, coding: GroupCoding, target: LaneTarget,
      lanes: UnsafeMutableRawPointer
    ) {
      switch self {
      case .scalar(let kernel):
        unsafe kernel.expand(dense, mask: mask, count: count, coding: coding, target: target, lanes: lanes)
      case .native(let kernel):
        unsafe kernel.expand(dense, mask: mask, count: count, coding: coding, target: target, lanes: lanes)
      }
    }

    public func packHeaders(
      _ indices: UnsafePointer<UInt8>, count: Int, bitCount: Int, into target: UnsafeMutablePointer<UInt8>
    ) {
      switch self {
      case .scalar(let kernel): unsafe kernel.packHeaders(indices, count: count, bitCount: bitCount, into: target)
      case .native(let kernel): unsafe kernel.packHeaders(indices, count: count, bitCount: bitCount, into: target)
      }
    }

    public func unpackHeaders(
      _ bytes: UnsafeRawBufferPointer, bitCount: Int, count: Int, into indices: UnsafeMutablePointer<UInt8>
    ) {
      switch self {
      case .scalar(let kernel): unsafe kernel.unpackHeaders(bytes, bitCount: bitCount, count: count, into: indices)
      case .native(let kernel): unsafe kernel.unpackHeaders(bytes, bitCount: bitCount, count: count, into: indices)
      }
    }

    public func sumPrecisions(
      _ indices: UnsafePointer<UInt8>, count: Int, coding: GroupCoding, counts: UnsafeMutablePointer<Int>?
    ) -> Int? {
      switch self {
      case .scalar(let kernel): unsafe kernel.sumPrecisions(indices, count: count, coding: coding, counts: counts)
      case .native(let kernel): unsafe kernel.sumPrecisions(indices, count: count, coding: coding, counts: counts)
      }
    }

    public func addStatistics(
      _ elements: UnsafeRawPointer, count: Int, type: ElementType, into statistics: inout LaneStatistics
    ) {
      switch self {
      case .scalar(let kernel): unsafe kernel.addStatistics(elements, count: count, type: type, into: &statistics)
      case .native(let kernel): unsafe kernel.addStatistics(elements, count: count, type: type, into: &statistics)
      }
    }

    public func countBits(_ bytes: UnsafeRawBufferPointer) -> Int {
      switch self {
      case .scalar(let kernel): unsafe kernel.countBits(bytes)
      case .native(let kernel): unsafe kernel.countBits(bytes)
      }
    }

    public func expectStores(to memory: UnsafeMutableRawBufferPointer) {
      switch self {
      case .scalar(let kernel): unsafe kernel.expectStores(to: memory)
      case .native(let kernel): unsafe kernel.expectStores(to: memory)
      }
    }

    public func settleStores() {
      switch self {
      case .scalar(let kernel): kernel.settleStores()
      case .native(let kernel): kernel.settleStores()
      }
    }

    public func moveDown(
      _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, checksum: UnsafeMutablePointer<UInt32>?
    ) {
      switch self {
      case .scalar(let kernel): unsafe kernel.moveDown(source, to: target, checksum: checksum)
      case .native(let kernel): unsafe kernel.moveDown(source, to: target, checksum: checksum)
      }
    }

    public func crc32c(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32) -> UInt32 {
      switch self {
      case .scalar(let kernel): unsafe kernel.crc32c(bytes, continuing: crc)
      case .native(let kernel): unsafe kernel.crc32c(bytes, continuing: crc)
      }
    }

    public func joinChecksums(_ first: UInt32, _ second: UInt32, byteCount: Int) -> UInt32 {
      switch self {
      case .scalar(let kernel): kernel.joinChecksums(first, second, byteCount: byteCount)
      case .native(let kernel): kernel.joinChecksums(first, second, byteCount: byteCount)
      }
    }
  }
#endif
