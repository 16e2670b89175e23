/// A tensor's descriptor with its recorded settings, as the `WTNS` record holds them (SPEC.md section 7.3).
public struct TensorRecord: Hashable, Sendable {
  public var descriptor: TensorDescriptor
  public var settings: PackingSettings

  public init(descriptor: TensorDescriptor, settings: PackingSettings) {
    self.descriptor = descriptor
    self.settings = settings
  }

  /// The record's body. Throws when a limit of the format is exceeded.
  func encoded() throws(WeftError) -> [UInt8] {
    let type = descriptor.elementType
    try EntryCoding.check(name: descriptor.name, shape: descriptor.shape, metadata: descriptor.metadata)
    guard let groups = UInt32(exactly: descriptor.convolutionGroups) else {
      throw WeftError(.limitExceeded, "convolution groups", entry: descriptor.name)
    }
    let flags: [Bool] = [
      type.isSigned, settings.isSigned, settings.isCompacted, descriptor.layout.isDepthwise,
      descriptor.zeroPoint != nil, descriptor.isColumnMajor,
    ]
    var body = ByteBuilder()
    body.append(UInt16(descriptor.name.utf8.count))
    body.append(UInt8(descriptor.shape.count))
    body.append(type.container.rawValue)
    body.append(UInt8(type.width))
    body.append(flags.enumerated().reduce(UInt8(0)) { $0 | ($1.element ? 1 << UInt8($1.offset) : 0) })
    body.append(settings.order.rawValue)
    body.append(settings.groupSize.rawValue)
    body.append(settings.block.rawValue)
    body.append(UInt8(0))
    body.append(descriptor.layout.roleBits)
    body.append(settings.table.members)
    body.append(settings.rebase)
    body.append(descriptor.zeroPoint ?? 0)
    body.append(groups)
    body.append(UInt32(EntryCoding.byteCount(descriptor.metadata)))
    for extent in descriptor.shape { body.append(UInt64(extent)) }
    body.append(descriptor.name)
    EntryCoding.append(descriptor.metadata, to: &body)
    return body.bytes
  }

  private init(_ descriptor: TensorDescriptor, _ settings: PackingSettings) {
    (self.descriptor, self.settings) = (descriptor, settings)
  }

  /// Reads a body, which ends where the reader does; every field is checked. Returns the geometry that both give, too.
  static func read(_ body: ByteReader) throws(WeftError) -> (record: TensorRecord, geometry: LaneGeometry) {
    var reader = body
    let offset = body.offset
    func outOfRange(_ what: WeftError.Words, _ place: UInt64, _ found: some BinaryInteger) -> WeftError {
      WeftError(.fieldOutOfRange, what, offset: offset + place, found: Int64(found))
    }
    let nameBytes: UInt16 = try reader.integer("name length")
    let rank: UInt8 = try reader.integer("rank")
    let containerBits: UInt8 = try reader.integer("container bits")
    let width: UInt8 = try reader.integer("width")
    let flags: UInt8 = try reader.integer("flags")
    let order: UInt8 = try reader.integer("lane order")
    let groupSize: UInt8 = try reader.integer("group size")
    let block: UInt8 = try reader.integer("block size")
    let reserved: UInt8 = try reader.integer("reserved byte")
    let roleBits: UInt16 = try reader.integer("axis roles")
    let members: UInt32 = try reader.integer("precision table")
    let rebase: Int32 = try reader.integer("rebase constant")
    let zeroPoint: Int32 = try reader.integer("zero point")
    let groups: UInt32 = try reader.integer("convolution groups")
    let metadataBytes: UInt32 = try reader.integer("metadata length")

    guard let container = ElementType.Container(rawValue: containerBits) else {
      throw outOfRange("container bits", 3, containerBits)
    }
    guard let type = ElementType(isSigned: flags & 1 != 0, width: Int(width), container: container) else {
      throw outOfRange("width", 4, width)
    }
    guard flags & 0xC0 == 0 else { throw WeftError(.reservedNotZero, "flags", offset: offset + 5) }
    guard reserved == 0 else { throw WeftError(.reservedNotZero, "reserved byte", offset: offset + 9) }
    guard let order = LaneOrder(rawValue: order) else { throw outOfRange("lane order", 6, order) }
    guard let groupSize = GroupSize(rawValue: groupSize) else { throw outOfRange("group size", 7, groupSize) }
    guard let block = BlockSize(rawValue: block) else { throw outOfRange("block size", 8, block) }
    guard let table = PrecisionTable(set: members) else { throw outOfRange("precision table", 12, members) }
    guard groups >= 1 else { throw outOfRange("convolution groups", 24, groups) }
    let hasZeroPoint = flags & 0x10 != 0
    guard hasZeroPoint || zeroPoint == 0 else { throw WeftError(.reservedNotZero, "zero point", offset: offset + 20) }
    let shape = try EntryCoding.readShape(rank: Int(rank), &reader)
    guard let layout = TensorLayout(rank: Int(rank), roleBits: roleBits, isDepthwise: flags & 8 != 0) else {
      throw outOfRange("axis roles", 10, roleBits)
    }
    let name = try EntryCoding.readName(Int(nameBytes), &reader)
    let metadata = try EntryCoding.readMetadata(metadataBytes, &reader)
    guard reader.remaining == 0 else { throw WeftError(.trailingBytes, "descriptor", offset: reader.offset) }

    let descriptor = TensorDescriptor(
      name: name, shape: shape, elementType: type, layout: layout, isColumnMajor: flags & 0x20 != 0,
      convolutionGroups: Int(groups), zeroPoint: hasZeroPoint ? zeroPoint : nil, metadata: metadata)
    let settings = PackingSettings(
      order: order, groupSize: groupSize, block: block, table: table, isSigned: flags & 2 != 0, rebase: rebase,
      isCompacted: flags & 4 != 0)
    do throws(WeftError) {
      return (TensorRecord(descriptor, settings), try settings.geometry(of: descriptor))
    } catch {
      throw error.placed(offset: offset, entry: name)
    }
  }
}
