import TestSupport
import Weft

/// The recipes of the containers in `Fixtures`. Everything is made from fixed seeds, so a recipe gives one file.
enum GoldenFiles {
  /// Plain uses of every part of the format.
  static func valid() throws -> [String: [UInt8]] {
    var random = SplitMix(seed: 7)
    let plain = random.tensor([3, 50], .int16, name: "plain")
    var zeroPoint = random.tensor([1, 5, 5, 20], .int8, name: "activations")
    zeroPoint.descriptor.zeroPoint = -128
    let weights = random.tensor([130, 3, 1, 20], .int8, name: "weights")
    var grouped = random.tensor([4, 3, 3, 16], .int8, name: "grouped")
    grouped.descriptor.convolutionGroups = 2
    var depthwise = random.tensor([1, 3, 3, 24], .int16, name: "depthwise")
    depthwise.descriptor.layout = TensorLayout("1HWC")!
    let window = random.tensor([6, 3, 3, 3], .uint8, name: "window")
    let sparse = QuantizedTensor(
      descriptor: TensorDescriptor(name: "sparse", shape: [9000], elementType: .int16),
      values: (0..<9000).map { $0 % 11 == 0 ? Int32($0 % 300) - 100 : 0 })
    let tables: [PackingRequest.TableChoice] = [.layer, .fixed(PrecisionTable([0, 16])!), .even, .dense, .auto]
    let first = try Containers.bytes([.tensor(plain, PackingRequest())])
    let second = try Containers.bytes([.tensor(weights, PackingRequest(order: .fixed(.filters)))])
    return [
      "linear.weft": first,
      "array-orders.weft": try Containers.bytes([
        .tensor(zeroPoint, PackingRequest(order: .fixed(.channels))),
        .tensor(weights, PackingRequest(order: .fixed(.filters))),
        .tensor(grouped, PackingRequest(groupSize: .fixed(.lanes8), order: .fixed(.filters), block: .lanes256)),
        .tensor(depthwise, PackingRequest(groupSize: .fixed(.lanes8), order: .fixed(.filters))),
        .tensor(window, PackingRequest(groupSize: .fixed(.lanes32), order: .fixed(.filters))),
      ]),
      "compacted.weft": try Containers.bytes([.tensor(sparse, PackingRequest(compaction: .on))]),
      "tables.weft": try Containers.bytes(
        tables.enumerated().map { place, table in
          var tensor = plain
          tensor.descriptor.name = "table \(place)"
          return .tensor(tensor, PackingRequest(table: table))
        }),
      "stored.weft": try Containers.bytes([
        .stored(
          StoredRecord(name: "bias", typeName: "int32", shape: [2], byteCount: 8), [1, 0, 0, 0, 255, 255, 255, 255]),
        .stored(StoredRecord(name: "about.txt", typeName: "text", shape: [5], byteCount: 5), Array("hello".utf8)),
        .tensor(plain, PackingRequest()),
      ]),
      "concatenated.weft": first + second,
    ]
  }

  /// Valid, but seldom met.
  static func unusual() throws -> [String: [UInt8]] {
    var random = SplitMix(seed: 8)
    var column = random.tensor([4, 5, 6], .uint16, name: "column-major")
    column.descriptor.isColumnMajor = true
    column.descriptor.metadata = [MetadataItem(key: "note", value: [0, 255])]
    let narrow = ElementType(isSigned: true, width: 5, container: .bits16)!
    let long = String(repeating: "ä", count: 2048)
    let wide = PackingSettings(
      order: .linear, groupSize: .lanes256, block: .lanes2048, table: PrecisionTable([3, 16])!, isSigned: true)
    return [
      "no-entries.weft": try Containers.bytes([]),
      "empty-tensors.weft": try Containers.bytes([
        .tensor(random.tensor([0], .int8, name: "none"), PackingRequest()),
        .tensor(random.tensor([3, 0, 4, 5], .uint16, name: "nothing"), PackingRequest(order: .fixed(.filters))),
        .tensor(random.tensor([], .int4, name: "scalar"), PackingRequest()),
      ]),
      "column-major.weft": try Containers.bytes([.tensor(column, PackingRequest(order: .fixed(.spatial)))]),
      "rank-8.weft": try Containers.bytes([
        .tensor(
          random.tensor([2, 1, 3, 1, 2, 1, 1, 17], .uint4, name: "eight"), PackingRequest(order: .fixed(.channels)))
      ]),
      "long-name.weft": try Containers.bytes([.tensor(random.tensor([40], narrow, name: long), PackingRequest())]),
      "wide-table.weft": try Containers.bytes([.recorded(random.tensor([700], .int8, name: "wide"), wide)]),
    ]
  }

  /// Damaged files and the rule that each breaks.
  static func invalid() throws -> [String: (bytes: [UInt8], rule: WeftError.Rule)] {
    let good = try Containers.bytes([
      .recorded(
        QuantizedTensor(
          descriptor: TensorDescriptor(name: "t", shape: [20], elementType: .int8), values: (0..<20).map { $0 - 3 }),
        PackingSettings(
          order: .linear, groupSize: .lanes16, block: .group, table: PrecisionTable([4, 6, 8])!, isSigned: true))
    ])
    let records = Containers.records(good)
    func offset(_ tag: String) -> Int { records.first { $0.tag == tag }!.offset }
    func changed(_ record: Int?, _ changes: [(Int, UInt8)]) -> [UInt8] {
      var bytes = good
      for (place, value) in changes { bytes[place] = value }
      if let record { Containers.reseal(&bytes, recordAt: record) }
      return bytes
    }
    let (tensor, frame, index) = (offset("WTNS"), offset("WFRM"), offset("WIDX"))
    let headers = frame + 32
    var version = changed(nil, [(8, 2)])
    let crc = version.withUnsafeBytes { CRC32C.extend(0, with: UnsafeRawBufferPointer(rebasing: $0[..<12])) }
    for byte in 0..<4 { version[12 + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte)) }
    return [
      "magic.weft": (changed(nil, [(0, 0x88)]), .badMagic),
      "version.weft": (version, .unsupportedVersion),
      "checksum.weft": (changed(nil, [(headers, good[headers] ^ 1)]), .checksumMismatch),
      "truncated.weft": (Array(good.dropLast(40)), .truncated),
      "trailing.weft": (good + [0], .truncated),
      "unknown-record.weft": (changed(frame, [(frame, 0x58)]), .unknownRecord),
      "frame-number.weft": (changed(frame, [(frame + 16, 1)]), .sizeMismatch),
      "padding.weft": (changed(frame, [(headers + 1, 1)]), .reservedNotZero),
      "header-index.weft": (changed(frame, [(headers, 0b1111)]), .invalidHeaderIndex),
      "larger-header.weft": (try largerHeader(), .notCanonical),
      "absent-lane.weft": (changed(frame, [(index - 1, 0xFF)]), .notCanonical),
      "reserved-flag.weft": (changed(index, [(index + 16 + 8 + 16 + 5, 0x81)]), .reservedNotZero),
      "lying-shape.weft": (changed(index, [(index + 16 + 8 + 16 + 37, 1)]), .truncated),
      "index-differs.weft": (changed(tensor, [(tensor + 16 + 20, 1), (tensor + 16 + 5, 0x13)]), .indexMismatch),
      "duplicate-name.weft": (good + good, .duplicateName),
      "entry-count.weft": (changed(index, [(index + 16 + 7, 0x7F)]), .truncated),
    ]
  }

  /// A group of precision 4 stored with 8 bits: readable, but not what the encoder writes.
  private static func largerHeader() throws -> [UInt8] {
    let descriptor = TensorDescriptor(name: "t", shape: [8], elementType: .int8)
    func bytes(_ values: [Int32]) throws -> [UInt8] {
      try Containers.bytes([
        .recorded(
          QuantizedTensor(descriptor: descriptor, values: values),
          PackingSettings(
            order: .linear, groupSize: .lanes8, block: .group, table: PrecisionTable([4, 8])!, isSigned: true))
      ])
    }
    // Eight bits of every lane, and then the values of a group that needs four: planes 3 to 7 repeat the sign.
    var file = try bytes([-128, 1, 2, 3, 4, 5, 6, 7])
    let frame = Containers.records(file).first { $0.tag == "WFRM" }!.offset
    for plane in 0..<8 {
      let shift = min(plane, 3)
      var word: UInt8 = 0
      for lane in 0..<8 where (lane - 3) >> shift & 1 == 1 { word |= 1 << UInt8(lane) }
      file[frame + 40 + plane] = word
    }
    Containers.reseal(&file, recordAt: frame)
    return file
  }
}
