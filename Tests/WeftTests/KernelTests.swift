import TestSupport
import Testing

@testable import Weft

/// Every kernel of this CPU against the scalar one, on buffers that end where memory ends.
@Suite struct KernelTests {
  /// A way to cut and code lanes.
  struct Case: CustomStringConvertible {
    var coding: GroupCoding
    var blockLanes: Int
    var signExtends: Bool

    var description: String {
      """
      \(coding.laneByteCount) bytes, rebase \(coding.rebase), width \(coding.width), signed \(coding.isSigned), \
      group \(coding.groupSize.laneCount), block \(blockLanes), table \(coding.table.entries)
      """
    }
  }

  static let natives = Kernel.all.filter { $0.name != "scalar" }
  static let counts = [
    1, 2, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 255, 257, 511, 1000, 1023, 1025, 2047, 2048, 2051, 4096,
    8195,
  ]

  /// Lanes whose widths change from group to group, with runs of zeros, of ones and of extremes among them.
  static func lanes(_ count: Int, _ coding: GroupCoding, _ random: inout SplitMix) -> [UInt8] {
    var bytes: [UInt8] = []
    var width = 0
    let style = Int.random(in: 0..<8, using: &random)
    for lane in 0..<count {
      if lane % [8, 16, 32, 256][style % 4] == 0 { width = Int.random(in: 0...coding.width, using: &random) }
      var value = UInt16(truncatingIfNeeded: random.next()) & UInt16((1 << width) - 1)
      if coding.isSigned, width > 0, Bool.random(using: &random) { value = 0 &- value }
      if style >= 6, Int.random(in: 0..<3, using: &random) > 0 { value = 0 }
      if style == 5 { value = Bool.random(using: &random) ? UInt16(1) << UInt16(coding.width - 1) : 0xFFFF }
      let lane = coding.lane(value, signExtends: coding.isSigned)
      bytes.append(UInt8(truncatingIfNeeded: lane))
      if coding.laneByteCount == 2 { bytes.append(UInt8(lane >> 8)) }
    }
    return bytes
  }

  static func randomCase(_ random: inout SplitMix) -> Case {
    let laneByteCount = Int.random(in: 1...2, using: &random)
    let width = Bool.random(using: &random) ? 8 * laneByteCount : Int.random(in: 1...8 * laneByteCount, using: &random)
    let isSigned = Bool.random(using: &random)
    let rebase = Bool.random(using: &random) ? 0 : Int32(Int16(truncatingIfNeeded: random.next()))
    let groupSize = GroupSize.allCases.randomElement(using: &random)!
    let tables: [PrecisionTable] = [
      .dense(width: 8 * laneByteCount), .even(width: 8 * laneByteCount), PrecisionTable([8 * laneByteCount])!,
      PrecisionTable([0, 3, width, 8 * laneByteCount])!, .dense(width: 16), PrecisionTable([0, 16])!,
      PrecisionTable([0, 1, 5])!,
    ]
    let coding = GroupCoding(
      laneByteCount: laneByteCount, rebase: rebase, width: width, isSigned: isSigned, groupSize: groupSize,
      table: tables.randomElement(using: &random)!)
    var blocks = [groupSize.laneCount, 256, 2048]
    if groupSize == .lanes8 { blocks += [128, 1024] }
    return Case(
      coding: coding, blockLanes: blocks.randomElement(using: &random)!, signExtends: Bool.random(using: &random))
  }

  @Test(arguments: natives.indices)
  func `packs and unpacks as the scalar kernel does`(place: Int) throws {
    let kernel = KernelTests.natives[place]
    let seed = UInt64(500 + place)
    var random = SplitMix(seed: seed)
    for round in 0..<600 {
      let test = KernelTests.randomCase(&random)
      let count = KernelTests.counts.randomElement(using: &random)!
      let lanes = GuardedBytes(KernelTests.lanes(count, test.coding, &random), atStart: round % 4 == 0)
      defer { keep(lanes) }
      let note: Comment = "seed \(seed), round \(round), \(kernel.name), \(count) lanes, \(test)"
      guard let (indices, rows) = encode(ScalarKernel(), lanes, count, test) else {
        #expect(encode(kernel, lanes, count, test) == nil, note)
        continue
      }
      let found = encode(kernel, lanes, count, test)
      #expect(found?.0 == indices, note)
      #expect(found?.1 == rows, note)
      let payload = GuardedBytes(rows, atStart: round % 4 == 1)
      let headers = GuardedBytes(indices)
      defer { keep(payload, headers) }
      for streams in [false, true] {
        let expected = decode(ScalarKernel(), payload, headers, count, test, streams: streams)
        #expect(decode(kernel, payload, headers, count, test, streams: streams) == expected, note)
      }
    }
  }

  private func encode(
    _ kernel: some CodecKernel, _ lanes: GuardedBytes, _ count: Int, _ test: Case
  ) -> ([UInt8], [UInt8])? {
    let groups = test.coding.groupSize.groupCount(lanes: count)
    let indices = GuardedBytes(groups)
    let rows = GuardedBytes(groups * test.coding.groupSize.wordByteCount * test.coding.table.largest)
    defer { keep(indices, rows) }
    var checksum: UInt32 = 17
    guard
      let bytes = kernel.encode(
        UnsafeRawPointer(lanes.pointer), count: count, blockLanes: test.blockLanes, coding: test.coding,
        indices: indices.pointer, payload: rows.bytes, streams: count % 2 == 0, checksum: &checksum)
    else { return nil }
    #expect(checksum == CRC32C.extend(17, with: UnsafeRawBufferPointer(rebasing: rows.bytes[..<bytes])))
    return (indices.array, Array(rows.array[..<bytes]))
  }

  private func decode(
    _ kernel: some CodecKernel, _ payload: GuardedBytes, _ indices: GuardedBytes, _ count: Int, _ test: Case,
    streams: Bool
  ) -> [UInt8] {
    let byteCount = count * test.coding.laneByteCount
    let lanes = GuardedBytes(byteCount, atStart: streams)
    defer { keep(lanes) }
    var checksum: UInt32 = 5
    kernel.decode(
      UnsafeRawBufferPointer(payload.bytes), indices: indices.pointer, count: count, blockLanes: test.blockLanes,
      coding: test.coding, target: LaneTarget(signExtends: test.signExtends, streams: streams), lanes: lanes.pointer,
      checksum: &checksum)
    #expect(checksum == CRC32C.extend(5, with: UnsafeRawBufferPointer(payload.bytes)))
    return lanes.array
  }

  @Test(arguments: natives.indices)
  func `compacts, expands and counts as the scalar kernel does`(place: Int) throws {
    let kernel = KernelTests.natives[place]
    let seed = UInt64(600 + place)
    var random = SplitMix(seed: seed)
    let scalar = ScalarKernel()
    for round in 0..<300 {
      let test = KernelTests.randomCase(&random)
      let coding = test.coding
      let count = KernelTests.counts.randomElement(using: &random)!
      let lanes = GuardedBytes(KernelTests.lanes(count, coding, &random), atStart: round % 4 == 0)
      defer { keep(lanes) }
      let note: Comment = "seed \(seed), round \(round), \(kernel.name), \(count) lanes, \(test)"
      let masks = [GuardedBytes((count + 7) / 8), GuardedBytes((count + 7) / 8)]
      let dense = [GuardedBytes(count * coding.laneByteCount), GuardedBytes(count * coding.laneByteCount)]
      defer { keep(masks[0], masks[1], dense[0], dense[1]) }
      let expected = scalar.compact(
        lanes.pointer, count: count, coding: coding, mask: masks[0].pointer, dense: dense[0].pointer)
      let kept = kernel.compact(
        lanes.pointer, count: count, coding: coding, mask: masks[1].pointer, dense: dense[1].pointer)
      #expect(kept == expected && masks[0].array == masks[1].array, note)
      let keptBytes = expected * coding.laneByteCount
      #expect(dense[0].array[..<keptBytes] == dense[1].array[..<keptBytes], note)
      let source = GuardedBytes(Array(dense[0].array[..<keptBytes]))
      let expanded = [GuardedBytes(count * coding.laneByteCount), GuardedBytes(count * coding.laneByteCount)]
      defer { keep(source, expanded[0], expanded[1]) }
      for streams in [false, true] {
        let target = LaneTarget(signExtends: test.signExtends, streams: streams)
        scalar.expand(
          source.pointer, mask: masks[0].pointer, count: count, coding: coding, target: target,
          lanes: expanded[0].pointer)
        kernel.expand(
          source.pointer, mask: masks[0].pointer, count: count, coding: coding, target: target,
          lanes: expanded[1].pointer)
        #expect(expanded[0].array == expanded[1].array, note)
      }
      let type = ElementType(
        isSigned: coding.isSigned, width: 1, container: coding.laneByteCount == 1 ? .bits8 : .bits16)!
      let guess = round % 2 == 0 ? 0 : coding.rebase & (coding.laneByteCount == 1 ? 0xFF : 0xFFFF)
      for countsBuckets in [false, true] {
        let nothing = LaneStatistics(guess: guess, countsBuckets: countsBuckets)
        var statistics = [nothing, nothing]
        scalar.addStatistics(lanes.pointer, count: count, type: type, into: &statistics[0])
        kernel.addStatistics(lanes.pointer, count: count, type: type, into: &statistics[1])
        #expect(statistics[0] == statistics[1], note)
        let sizes = GroupSize.allCases.filter { _ in Bool.random(using: &random) }
        for isAsked in [(true, false), (false, true), (true, true)] {
          for surveys in [false, true] {
            let asked = LaneFindings(
              sizes: sizes, countsWhole: isAsked.0, countsKept: isAsked.1, statistics: nothing)
            var found = [asked, asked]
            scalar.search(
              lanes.pointer, count: count, coding: coding, type: surveys ? type : nil, into: &found[0])
            kernel.search(
              lanes.pointer, count: count, coding: coding, type: surveys ? type : nil, into: &found[1])
            #expect(found[1].statistics == (surveys ? statistics[0] : nothing), note)
            for size in GroupSize.allCases {
              for isCompacted in [false, true] {
                let (left, right) = (found[0], found[1])
                #expect(
                  left.counts(size, isCompacted: isCompacted) == right.counts(size, isCompacted: isCompacted), note)
              }
            }
          }
        }
      }
      try comparePieces(kernel, lanes, count, test, note)
      #expect(kernel.countBits(UnsafeRawBufferPointer(masks[0].bytes)) == expected, note)
    }
  }

  /// Whole frames after compaction: packed and unpacked at once as piece by piece.
  private func comparePieces(
    _ kernel: Kernel, _ lanes: GuardedBytes, _ count: Int, _ test: Case, _ note: Comment
  ) throws {
    let scalar = ScalarKernel()
    let coding = test.coding
    let pieces = (count + LaneGeometry.pieceLanes - 1) / LaneGeometry.pieceLanes
    let groups = pieces * coding.groupSize.groupCount(lanes: LaneGeometry.pieceLanes)
    struct Made {
      let mask: GuardedBytes
      let dense: GuardedBytes
      let kept = UnsafeMutablePointer<UInt32>.allocate(capacity: 16)
      let indices: GuardedBytes
      let rows: GuardedBytes
      let again: GuardedBytes
      let scratch: GuardedBytes
    }
    let made = (0..<2).map { _ in
      Made(
        mask: GuardedBytes((count + 7) / 8),
        dense: GuardedBytes(min(count, LaneGeometry.pieceLanes) * coding.laneByteCount),
        indices: GuardedBytes(groups),
        rows: GuardedBytes(groups * coding.groupSize.wordByteCount * coding.table.largest),
        again: GuardedBytes(count * coding.laneByteCount),
        scratch: GuardedBytes(min(count, LaneGeometry.pieceLanes) * coding.laneByteCount))
    }
    defer {
      for one in made {
        keep(one.mask, one.dense, one.indices, one.rows, one.again, one.scratch)
        one.kept.deallocate()
      }
    }
    let kernels: [any CodecKernel] = [scalar, kernel]
    var checksums: [UInt32] = [3, 3]
    let byteCounts = kernels.indices.map { place in
      let made = made[place]
      return kernels[place].encodePieces(
        lanes.pointer, count: count, blockLanes: test.blockLanes, coding: coding, mask: made.mask.pointer,
        dense: made.dense.pointer, kept: made.kept, indices: made.indices.pointer, payload: made.rows.bytes)
    }
    guard let byteCount = byteCounts[0] else {
      #expect(byteCounts[1] == nil, note)
      return
    }
    #expect(made[0].mask.array == made[1].mask.array && byteCounts[0] == byteCounts[1], note)
    for piece in 0..<pieces { #expect(made[0].kept[piece] == made[1].kept[piece], note) }
    let perPiece = (0..<pieces).map { UInt32(coding.groupSize.groupCount(lanes: Int(made[0].kept[$0]))) }
    let used = Int(perPiece.reduce(0, +))
    #expect(made[0].indices.array[..<used] == made[1].indices.array[..<used], note)
    #expect(made[0].rows.array[..<byteCount] == made[1].rows.array[..<byteCount], note)
    let rows = UnsafeRawBufferPointer(rebasing: made[0].rows.bytes[..<byteCount])
    let payload = GuardedBytes(Array(made[0].rows.array[..<byteCount]))
    let indices = GuardedBytes(Array(made[0].indices.array[..<used]))
    defer { keep(payload, indices) }
    var sums = [[UInt32]](repeating: [UInt32](repeating: 0, count: pieces), count: 2)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 16), count: 2)
    for (place, kernel) in kernels.enumerated() {
      kernel.decodePieces(
        UnsafeRawBufferPointer(payload.bytes), indices: indices.pointer, mask: made[0].mask.pointer,
        kept: made[0].kept, count: count, blockLanes: test.blockLanes, coding: coding,
        target: LaneTarget(signExtends: test.signExtends), dense: made[place].scratch.pointer,
        lanes: made[place].again.pointer, checksum: &checksums[place])
      #expect(checksums[place] == CRC32C.extend(3, with: rows), note)
      #expect(
        kernel.sumPieces(
          indices.pointer, groups: perPiece, pieceCount: pieces, coding: coding, counts: &counts[place],
          sums: &sums[place]))
    }
    #expect(made[0].again.array == made[1].again.array && sums[0] == sums[1] && counts[0] == counts[1], note)
  }

  @Test(arguments: natives.indices)
  func `headers, sums, checksums and copies are the scalar kernel's`(place: Int) throws {
    let kernel = KernelTests.natives[place]
    var random = SplitMix(seed: UInt64(700 + place))
    let scalar = ScalarKernel()
    for count in [0, 1, 2, 3, 7, 8, 9, 15, 16, 63, 64, 65, 71, 72, 200, 255, 511, 4095, 4096] {
      for bits in 0...4 {
        let table = PrecisionTable((0..<(bits == 0 ? 1 : 1 << bits - (bits > 1 ? 1 : 0))).map { 16 - $0 })!
        let coding = GroupCoding(
          laneByteCount: 2, rebase: 0, width: 16, isSigned: true, groupSize: .lanes16, table: table)
        let indices = GuardedBytes((0..<count).map { _ in UInt8.random(in: 0..<UInt8(table.count), using: &random) })
        let headers = [GuardedBytes((count * bits + 7) / 8), GuardedBytes((count * bits + 7) / 8)]
        scalar.packHeaders(indices.pointer, count: count, bitCount: bits, into: headers[0].pointer)
        kernel.packHeaders(indices.pointer, count: count, bitCount: bits, into: headers[1].pointer)
        #expect(headers[0].array == headers[1].array, "\(count) headers of \(bits) bits")
        let again = GuardedBytes(count)
        defer { keep(indices, headers[0], headers[1], again) }
        kernel.unpackHeaders(
          UnsafeRawBufferPointer(headers[0].bytes), bitCount: bits, count: count, into: again.pointer)
        #expect(again.array == indices.array, "\(count) headers of \(bits) bits")
        if count > 0, bits > 1, Bool.random(using: &random) { indices.bytes[count - 1] = UInt8(1 << bits - 1) }
        var counts = [[Int](repeating: 0, count: 16), [Int](repeating: 0, count: 16)]
        let sums = [
          scalar.sumPrecisions(indices.pointer, count: count, coding: coding, counts: &counts[0]),
          kernel.sumPrecisions(indices.pointer, count: count, coding: coding, counts: &counts[1]),
        ]
        #expect(sums[0] == sums[1] && counts[0] == counts[1])
      }
    }
    for count in [0, 1, 7, 8, 9, 255, 256, 511, 512, 513, 3071, 3072, 3073, 10_000] {
      let bytes = GuardedBytes((0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) })
      defer { keep(bytes) }
      let raw = UnsafeRawBufferPointer(bytes.bytes)
      #expect(kernel.crc32c(raw, continuing: 0) == scalar.crc32c(raw, continuing: 0), "\(count) bytes")
      for distance in [0, 1, 8, 40, 64, 100, 1000] {
        let moved = GuardedBytes([UInt8](repeating: 0, count: distance) + bytes.array)
        defer { keep(moved) }
        var sum: UInt32 = 77
        withUnsafeMutablePointer(to: &sum) {
          kernel.moveDown(
            UnsafeRawBufferPointer(start: moved.pointer + distance, count: count), to: moved.pointer,
            checksum: distance == 1 ? nil : $0)
        }
        #expect(moved.array[..<count].elementsEqual(bytes.array), "\(count) bytes")
        #expect(distance == 1 || sum == scalar.crc32c(raw, continuing: 77), "\(count) bytes")
      }
      #expect(kernel.crc32c(raw, continuing: 77) == scalar.crc32c(raw, continuing: 77), "\(count) bytes")
      let (whole, own) = (scalar.crc32c(raw, continuing: 77), scalar.crc32c(raw, continuing: 0))
      #expect(kernel.joinChecksums(77, own, byteCount: count) == whole, "\(count) bytes")
      #expect(scalar.joinChecksums(77, own, byteCount: count) == whole, "\(count) bytes")
    }
  }

  @Test(arguments: natives.indices)
  func `checksums of long records are the scalar kernel's, wherever they begin and end`(place: Int) {
    let kernel = KernelTests.natives[place]
    var random = SplitMix(seed: UInt64(900 + place))
    let bytes = GuardedBytes((0..<60_000).map { _ in UInt8.random(in: 0...255, using: &random) })
    defer { keep(bytes) }
    for _ in 0..<200 {
      let start = Int.random(in: 0..<4096, using: &random)
      let end = Int.random(in: start...60_000, using: &random)
      let part = UnsafeRawBufferPointer(start: bytes.pointer + start, count: end - start)
      let before = UInt32.random(in: 0...UInt32.max, using: &random)
      #expect(
        kernel.crc32c(part, continuing: before) == ScalarKernel().crc32c(part, continuing: before), "\(start)..<\(end)")
    }
  }

  @Test func `kernels are found by name, and an unknown name is refused`() throws {
    #expect(Kernel.all.first?.name == "scalar")
    #expect(Set(Kernel.all.map(\.name)).count == Kernel.all.count)
    for kernel in Kernel.all {
      #expect(try Kernel.named(kernel.name).name == kernel.name)
      #expect(kernel.name == "scalar" || !kernel.requirement.isEmpty)
    }
    #expect(try Kernel.selected(nil).name == Kernel.best.name)
    #expect(try Kernel.selected("").name == Kernel.best.name)
    #expect(try Kernel.selected("scalar").name == "scalar")
    #expect(throws: WeftError.self) { try Kernel.selected("no such kernel") }
  }
}
