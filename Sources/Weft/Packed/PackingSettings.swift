/// The settings recorded with a packed tensor (SPEC.md section 5.1). With the tensor they fix every byte.
public struct PackingSettings: Hashable, Sendable {
  public var order: LaneOrder
  public var groupSize: GroupSize
  public var block: BlockSize
  public var table: PrecisionTable
  /// Packed values are read as two's complement.
  public var isSigned: Bool
  /// Subtracted from every element; in the element's range.
  public var rebase: Int32
  /// Zero lanes are left out; `linear` and `spatial` only.
  public var isCompacted: Bool

  public init(
    order: LaneOrder, groupSize: GroupSize, block: BlockSize, table: PrecisionTable, isSigned: Bool,
    rebase: Int32 = 0, isCompacted: Bool = false
  ) {
    self.order = order
    self.groupSize = groupSize
    self.block = block
    self.table = table
    self.isSigned = isSigned
    self.rebase = rebase
    self.isCompacted = isCompacted
  }

  /// One width, nothing subtracted, elements read as they are: packing that never takes more than the published
  /// bound (SPEC.md section 5.8).
  public static func raw(_ type: ElementType, order: LaneOrder = .linear, groupSize: GroupSize = .lanes16) -> Self {
    PackingSettings(
      order: order, groupSize: groupSize, block: order.defaultBlock, table: PrecisionTable([type.width])!,
      isSigned: type.isSigned)
  }

  /// The most bits that headers, mask and payload of the smallest choice take in `linear` and `spatial` order:
  /// `width` bits a value and `width` times `groupSize - 1` more.
  public static func bitBound(_ type: ElementType, valueCount: Int, groupSize: GroupSize) -> Int {
    type.width * groupSize.groupCount(lanes: valueCount) * groupSize.laneCount
  }

  /// Checks the settings against a tensor's descriptor; the geometry they give.
  public func geometry(of descriptor: TensorDescriptor) throws(WeftError) -> LaneGeometry {
    let type = descriptor.elementType
    guard rebase >= type.minimum, rebase <= type.maximum else {
      throw WeftError(
        .fieldOutOfRange, "rebase constant outside \(type.name)", entry: descriptor.name, found: Int64(rebase))
    }
    guard !isCompacted || !order.isArrayOrder else {
      throw WeftError(.settingNotApplicable, "zero compaction in \(order.name) order", entry: descriptor.name)
    }
    return try LaneGeometry(descriptor, order: order, groupSize: groupSize, block: block)
  }
}
