import CWeft
import Weft

@c @implementation
public func weft_container_summary(
  _ container: OpaquePointer!, _ tensor: Int64, _ summary: UnsafeMutablePointer<weft_summary>!
) -> Int64 {
  answer { () throws(CallFailure) in
    let reader = try ContainerHandle.of(container).tensor(tensor)
    let (settings, sizes) = (reader.settings, reader.summary)
    var told = weft_summary()
    told.order = Int32(settings.order.rawValue)
    told.block =
      switch settings.block {
      case .group: Int32(WEFT_BLOCK_GROUP.rawValue)
      case .lanes256: Int32(WEFT_BLOCK_256.rawValue)
      case .lanes2048: Int32(WEFT_BLOCK_2048.rawValue)
      }
    told.group_size = Int32(settings.groupSize.laneCount)
    told.is_compacted = settings.isCompacted ? 1 : 0
    told.is_signed = settings.isSigned ? 1 : 0
    told.rebase = settings.rebase
    told.precision_set = settings.table.members
    told.frames = UInt32(clamping: reader.frameCount)
    told.values = Int64(reader.descriptor.valueCount)
    told.raw_bits = Int64(sizes.rawBitCount)
    told.header_bits = Int64(sizes.headerBitCount)
    told.mask_bits = Int64(sizes.maskBitCount)
    told.payload_bits = Int64(sizes.payloadBitCount)
    told.packed_bytes = Int64(sizes.packedByteCount)
    withUnsafeMutableBytes(of: &told.groups_of_precision) { target in
      let target = target.bindMemory(to: Int64.self)
      for precision in 0...16 { target[precision] = Int64(sizes.histogram[precision]) }
    }
    try CStruct.fill(summary, with: told)
    return Int64(sizes.packedByteCount)
  }
}

@c @implementation
public func weft_container_read(
  _ container: OpaquePointer!, _ tensor: Int64, _ target: UnsafeMutableRawPointer!, _ capacity: Int,
  _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answer(problem) { () throws(CallFailure) in
    try ContainerHandle.of(container).tensor(tensor).read(into: target, capacity)
  }
}

@c @implementation
public func weft_container_read_rows(
  _ container: OpaquePointer!, _ tensor: Int64, _ first: Int64, _ count: Int64, _ target: UnsafeMutableRawPointer!,
  _ capacity: Int, _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answer(problem) { () throws(CallFailure) in
    let reader = try ContainerHandle.of(container).tensor(tensor)
    let (end, overflows) = first.addingReportingOverflow(count)
    guard first >= 0, count >= 0, !overflows, end <= reader.descriptor.shape.first ?? 0,
      reader.descriptor.shape.count > 0
    else { throw CallFailure(WEFT_ERROR_FIELD_OUT_OF_RANGE, "rows \(first) and \(count) more of axis 0") }
    let rows = reader.descriptor.shape[0]
    let needed = rows == 0 ? 0 : reader.descriptor.byteCount / rows * Int(count)
    let room = try CMemory.room(target, capacity, for: needed)
    return try refusing { () throws(WeftError) in
      let part = try reader.read(rows: Int(first)..<Int(end))
      room.copyMemory(from: part.region.bytes)
      return Int64(needed)
    }
  }
}

@c @implementation
public func weft_container_group(
  _ container: OpaquePointer!, _ tensor: Int64, _ group: Int64, _ description: UnsafeMutablePointer<weft_group>!,
  _ planes: UnsafeMutableRawPointer!, _ capacity: Int, _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answer(problem) { () throws(CallFailure) in
    let reader = try ContainerHandle.of(container).tensor(tensor)
    let found = try refusing { () throws(WeftError) in try reader.group(Int(clamping: group)) }
    let word = reader.settings.groupSize.wordByteCount
    var told = weft_group()
    told.groups = Int64(reader.summary.histogram.groupCount)
    told.precision = Int32(found.precision)
    told.word_bytes = Int32(word)
    told.is_signed = reader.settings.isSigned ? 1 : 0
    told.rebase = reader.settings.rebase
    if description != nil { try CStruct.fill(description, with: told) }
    let room = try CMemory.room(planes, capacity, for: found.words.count * word)
    for (plane, stored) in found.words.enumerated() {
      for (place, byte) in stored.bytes.enumerated() { room[plane * word + place] = byte }
    }
    return Int64(room.count)
  }
}
