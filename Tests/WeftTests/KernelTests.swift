import Glibc
import Testing
import Weft

/// Every kernel of this CPU against the scalar one.
@Suite struct KernelTests {
  static let types: [ElementType] = [
    .int8, .uint8, .int16, .uint16, .int4, ElementType(isSigned: true, width: 6, container: .bits8)!,
    ElementType(isSigned: false, width: 13, container: .bits16)!,
  ]

  /// Lanes that end where a page begins that nobody may touch.
  private static func guarded<Result>(_ bytes: [UInt8], _ body: (UnsafeMutableRawPointer) throws -> Result) rethrows
    -> Result
  {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let room = (bytes.count + page - 1) / page * page
    let base = mmap(nil, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
    defer { munmap(base, room + page) }
    mprotect(base + room, page, PROT_NONE)
    let start = base + room - bytes.count
    bytes.withUnsafeBytes { if $0.count > 0 { start.copyMemory(from: $0.baseAddress!, byteCount: $0.count) } }
    return try body(start)
  }

  @Test(arguments: Kernel.all.indices)
  func `a kernel gives the bytes of the scalar kernel and touches nothing else`(number: Int) throws {
    let kernel = Kernel.all[number]
    let scalar = ScalarKernel()
    var random = SplitMix(seed: 61)
    for type in KernelTests.types {
      for groupSize in GroupSize.allCases {
        for count in [0, 1, 15, 16, 31, 32, 33, 64, 100, 255, 257, 1000, 2048, 4095, 4096] {
          let tensor = random.tensor([count], type)
          let bytes = [UInt8](tensor.region.bytes)
          let isSigned = Bool.random(using: &random)
          let rebase = [0, type.minimum, type.maximum, 3].randomElement(using: &random)!
          let tables: [PrecisionTable] = [
            .dense(width: type.width), .even(width: type.width), PrecisionTable([0, type.width])!,
            PrecisionTable([0, 2, 16])!, PrecisionTable([type.width])!,
          ]
          let coding = GroupCoding(
            laneByteCount: type.byteCount, rebase: rebase, width: type.width, isSigned: isSigned, groupSize: groupSize,
            table: tables.randomElement(using: &random)!)
          for block in BlockSize.allCases {
            try check(kernel, scalar, bytes, count, block.laneCount(groupSize: groupSize), coding, type)
          }
        }
      }
    }
  }

  private func check(
    _ kernel: Kernel, _ scalar: ScalarKernel, _ bytes: [UInt8], _ count: Int, _ blockLanes: Int, _ coding: GroupCoding,
    _ type: ElementType
  ) throws {
    let note = "\(kernel.name) \(type.name) \(coding.groupSize) \(count) \(blockLanes) \(coding.table.entries)"
    let groups = coding.groupSize.groupCount(lanes: count)
    let room = groups * coding.groupSize.wordByteCount * coding.table.largest
    func encoded(_ kernel: some CodecKernel) -> (bytes: Int?, indices: [UInt8], rows: [UInt8]) {
      KernelTests.guarded(bytes) { lanes in
        KernelTests.guarded([UInt8](repeating: 0, count: groups)) { indices in
          KernelTests.guarded([UInt8](repeating: 0, count: room)) { rows in
            let indices = indices.assumingMemoryBound(to: UInt8.self)
            let used = kernel.encode(
              lanes, count: count, blockLanes: blockLanes, coding: coding, indices: indices,
              payload: UnsafeMutableRawBufferPointer(start: rows, count: room))
            return (
              used, (0..<groups).map { indices[$0] },
              (0..<(used ?? 0)).map { rows.load(fromByteOffset: $0, as: UInt8.self) }
            )
          }
        }
      }
    }
    let expected = encoded(scalar)
    let found = encoded(kernel)
    #expect(found.bytes == expected.bytes && found.rows == expected.rows, "\(note)")
    var (own, other) = (PrecisionCounts(), PrecisionCounts())
    KernelTests.guarded(bytes) { lanes in
      kernel.countPrecisions(lanes, count: count, coding: coding, into: &own)
      scalar.countPrecisions(lanes, count: count, coding: coding, into: &other)
    }
    #expect(own == other, "\(note)")
    try checkCompaction(kernel, scalar, bytes, count, coding, type, note)
    guard expected.bytes != nil else { return }
    #expect(found.indices == expected.indices, "\(note)")
    let again = KernelTests.guarded(expected.rows) { rows in
      KernelTests.guarded(expected.indices) { indices in
        KernelTests.guarded([UInt8](repeating: 0, count: bytes.count)) { lanes in
          let used = kernel.decode(
            UnsafeRawBufferPointer(start: rows, count: expected.rows.count),
            indices: indices.assumingMemoryBound(to: UInt8.self), count: count, blockLanes: blockLanes,
            coding: coding, signExtends: type.isSigned, lanes: lanes)
          #expect(used == expected.rows.count)
          return [UInt8](UnsafeRawBufferPointer(start: lanes, count: bytes.count))
        }
      }
    }
    #expect(again == bytes, "\(note)")
    let bits = coding.table.headerBitCount
    for offset in [0, 3] {
      func headers(_ kernel: some CodecKernel) -> [UInt8] {
        KernelTests.guarded([UInt8](repeating: 0, count: (offset + groups * bits + 7) / 8)) { target in
          expected.indices.withUnsafeBufferPointer { indices in
            if groups > 0 {
              kernel.packHeaders(
                indices.baseAddress!, count: groups, bitCount: bits, into: target.assumingMemoryBound(to: UInt8.self),
                bitOffset: offset)
            }
          }
          return [UInt8](UnsafeRawBufferPointer(start: target, count: (offset + groups * bits + 7) / 8))
        }
      }
      let packed = headers(scalar)
      #expect(headers(kernel) == packed, "\(note)")
      let unpacked = KernelTests.guarded(packed) { source in
        KernelTests.guarded([UInt8](repeating: 9, count: groups)) { target in
          kernel.unpackHeaders(
            UnsafeRawBufferPointer(start: source, count: packed.count), bitOffset: offset, bitCount: bits,
            count: groups, into: target.assumingMemoryBound(to: UInt8.self))
          return [UInt8](UnsafeRawBufferPointer(start: target, count: groups))
        }
      }
      #expect(unpacked == expected.indices, "\(note)")
    }
  }

  private func checkCompaction(
    _ kernel: Kernel, _ scalar: ScalarKernel, _ bytes: [UInt8], _ count: Int, _ coding: GroupCoding,
    _ type: ElementType, _ note: String
  ) throws {
    func compacted(_ kernel: some CodecKernel) -> (kept: Int, mask: [UInt8], dense: [UInt8]) {
      KernelTests.guarded(bytes) { lanes in
        KernelTests.guarded([UInt8](repeating: 0, count: (count + 7) / 8)) { mask in
          KernelTests.guarded([UInt8](repeating: 0, count: bytes.count)) { dense in
            let kept = kernel.compact(
              lanes, count: count, coding: coding, mask: mask.assumingMemoryBound(to: UInt8.self), dense: dense)
            return (
              kept, [UInt8](UnsafeRawBufferPointer(start: mask, count: (count + 7) / 8)),
              [UInt8](UnsafeRawBufferPointer(start: dense, count: kept * coding.laneByteCount))
            )
          }
        }
      }
    }
    let expected = compacted(scalar)
    #expect(compacted(kernel) == expected, "\(note)")
    let again = KernelTests.guarded(expected.dense) { dense in
      KernelTests.guarded(expected.mask) { mask in
        KernelTests.guarded([UInt8](repeating: 0, count: bytes.count)) { lanes in
          kernel.expand(
            dense, mask: mask.assumingMemoryBound(to: UInt8.self), count: count, coding: coding,
            signExtends: type.isSigned, lanes: lanes)
          return [UInt8](UnsafeRawBufferPointer(start: lanes, count: bytes.count))
        }
      }
    }
    #expect(again == bytes, "\(note)")
  }

  @Test(arguments: Kernel.all.indices)
  func `a kernel computes CRC-32C over any length and split`(number: Int) {
    var random = SplitMix(seed: 62)
    let bytes = (0..<9000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for count in [0, 1, 7, 8, 9, 100, 3071, 3072, 3073, 6144, 9000] {
      let expected = Array(bytes[..<count]).withUnsafeBytes { CRC32C.extend(7, with: $0) }
      #expect(Array(bytes[..<count]).withUnsafeBytes { Kernel.all[number].crc32c($0, continuing: 7) } == expected)
    }
  }

  @Test func `kernels are listed, named and refused by name`() throws {
    #expect(Kernel.all.first?.name == "scalar")
    for kernel in Kernel.all { #expect(try Kernel.named(kernel.name).name == kernel.name) }
    #expect(throws: WeftError.self) { try Kernel.named("warp") }
  }
}
