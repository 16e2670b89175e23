import Weft

/// An activation as the activation memory holds it: words of up to 16 channels of one position, plane by plane.
///
/// Made from the rows of a packed tensor; no value is put together. Channel c of a position is bit c % 16 of its word
/// in brick c / 16.
public final class ActivationPlanes: @unchecked Sendable {
  /// Bricks of 16 channels.
  public let brickCount: Int
  /// Planes: the largest precision stored. Narrower groups are continued with their sign, or zeros.
  public private(set) var planeCount: Int
  /// Positions: images times rows times columns.
  public let positionCount: Int
  public let channelCount: Int
  /// Any value is negative: the top plane is a sign plane.
  public private(set) var isSigned: Bool
  // Written by init alone, so that threads may share it.
  private let storage: UnsafeMutableBufferPointer<UInt16>
  private let storedPlaneCount: Int

  /// Takes a tensor packed in `channels` order, or in `linear` order where the two are one. Throws the rule of SPEC.md
  /// that a frame breaks, and `settingNotApplicable` for tensors that the array cannot read.
  public init(_ packed: PackedTensor, kernel: Kernel) throws(WeftError) {
    let descriptor = packed.descriptor
    try ArrayOrder.check(packed, order: .channels)
    let axes = MergedAxes(descriptor)
    channelCount = axes.channels
    positionCount = axes.outer * axes.positions
    brickCount = ceilDivide(axes.channels, ArrayGeometry.lanes)
    let planeCount = packed.summary.histogram.largest
    storedPlaneCount = planeCount
    self.planeCount = planeCount
    isSigned = packed.settings.isSigned
    storage = .allocate(capacity: brickCount * planeCount * positionCount)
    let isFlat = axes.channels < ArrayGeometry.lanes
    // Whole words are laid down once; those of few channels grow bit by bit.
    if isFlat { storage.initialize(repeating: 0) }
    try packed.forEachPlaneRun(planeCount: planeCount, kernel: kernel) { run in
      for plane in 0..<planeCount {
        let bits = run.planes + plane * run.planeStride
        if isFlat {
          fill(plane: plane, bits, lanes: run.lanes)
        } else {
          fill(plane: plane, brick: run.segment.brick, bits, lanes: run.lanes, itemLanes: run.segment.itemLanes)
        }
      }
    }
    if isSigned, !(0..<brickCount).contains(where: { hasBits(brick: $0, plane: planeCount - 1) }) {
      // Read as two's complement without need: one plane less says the same.
      isSigned = false
      self.planeCount = max(0, planeCount - 1)
    }
  }

  private func hasBits(brick: Int, plane: Int) -> Bool {
    guard plane >= 0 else { return false }
    let words = words(brick: brick, plane: plane)
    var all: UInt16 = 0
    for position in 0..<positionCount { all |= words[position] }
    return all != 0
  }

  deinit { storage.deallocate() }

  /// The words of one brick and plane, one a position.
  @inline(__always)
  func words(brick: Int, plane: Int) -> UnsafePointer<UInt16> {
    UnsafePointer(storage.baseAddress! + (brick &* storedPlaneCount &+ plane) &* positionCount)
  }

  /// Words of one item each.
  private func fill(plane: Int, brick: Int, _ bits: UnsafeRawPointer, lanes: Range<Int>, itemLanes: Int) {
    let target =
      storage.baseAddress! + (brick * storedPlaneCount + plane) * positionCount + lanes.lowerBound / itemLanes
    let count = lanes.count / itemLanes
    if itemLanes == 16 {
      UnsafeMutableRawPointer(target).copyMemory(from: bits, byteCount: 2 * count)
    } else {
      let bytes = bits.assumingMemoryBound(to: UInt8.self)
      for item in 0..<count { target[item] = UInt16(bytes[item]) }
    }
  }

  /// Lanes that run on from position to position, `channelCount` each.
  private func fill(plane: Int, _ bits: UnsafeRawPointer, lanes: Range<Int>) {
    let target = storage.baseAddress! + plane * positionCount
    let bytes = bits.assumingMemoryBound(to: UInt8.self)
    // At most 15 bits from any bit on lie in 32; those behind the run's last lane are never kept.
    let byteCount = (lanes.count + 7) / 8
    var lane = lanes.lowerBound
    var (position, channel) = lane.quotientAndRemainder(dividingBy: channelCount)
    while lane < lanes.upperBound {
      let count = min(channelCount - channel, lanes.upperBound - lane)
      let bit = lane - lanes.lowerBound
      let byte = bit >> 3
      var word: UInt32 = 0
      if byte + 4 <= byteCount {
        word = UInt32(littleEndian: (bits + byte).loadUnaligned(as: UInt32.self))
      } else {
        for place in byte..<byteCount { word |= UInt32(bytes[place]) << UInt32(8 * (place - byte)) }
      }
      let value = UInt16(truncatingIfNeeded: word >> UInt32(bit & 7)) & (1 << UInt16(count) - 1)
      target[position] |= value << UInt16(channel)
      lane += count
      position += 1
      channel = 0
    }
  }
}

/// What the array can read.
enum ArrayOrder {
  /// Throws unless `packed` is exact, not compacted and of `order`.
  static func check(_ packed: PackedTensor, order: LaneOrder) throws(WeftError) {
    let (descriptor, settings) = (packed.descriptor, packed.settings)
    guard !settings.isCompacted else {
      throw WeftError(
        .settingNotApplicable, "the array reads no zero-compacted tensors: pack with --zero-compaction off",
        entry: descriptor.name)
    }
    guard settings.order == order else {
      throw WeftError(
        .orderNotApplicable,
        "the array reads \(order.name) order here, not \(settings.order.name): pack with --order \(order.name), or a network without --order",
        entry: descriptor.name)
    }
    guard settings.rebase == descriptor.zeroPoint ?? 0 else {
      throw WeftError(
        .settingNotApplicable, "the array reads values less their zero point: pack with --rebase auto",
        entry: descriptor.name, expected: Int64(descriptor.zeroPoint ?? 0), found: Int64(settings.rebase))
    }
  }
}
