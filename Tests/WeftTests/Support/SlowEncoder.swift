import Weft

/// Packs bit by bit, by the rules of SPEC.md sections 4 and 5: the oracle for the encoder's section bytes and for
/// counts of bits. Shares nothing with the encoder but the settings.
struct SlowEncoder {
  /// Sections of one frame as bits.
  struct Frame: Hashable {
    var mask: [Bool] = []
    var headers: [Bool] = []
    var payload: [Bool] = []
  }

  let tensor: QuantizedTensor
  let settings: PackingSettings
  private let blocks: [ArraySlice<Int?>]
  private let blocksPerPiece: Int

  init(_ tensor: QuantizedTensor, _ settings: PackingSettings) {
    self.tensor = tensor
    self.settings = settings
    let segments = SlowLanes.segments(tensor.descriptor, settings)
    blocks = SlowLanes.blocks(tensor.descriptor, settings)
    let group = settings.groupSize.laneCount
    let block = settings.block == .group ? group : settings.block == .lanes256 ? 256 : 2048
    blocksPerPiece = max(1, 4096 / min(block, max(1, segments.first?.lanes.count ?? 1)))
  }

  var frameCount: Int { (blocks.count + 16 * blocksPerPiece - 1) / (16 * blocksPerPiece) }

  /// The packed value of a lane.
  private func packed(_ index: Int?) -> Int {
    guard let index else { return 0 }
    let difference = Int(tensor[index]) - Int(settings.rebase)
    if settings.order == .channels || settings.order == .filters { return difference }
    let modulus = 1 << tensor.descriptor.elementType.width
    let wrapped = ((difference % modulus) + modulus) % modulus
    return settings.isSigned && wrapped >= modulus / 2 ? wrapped - modulus : wrapped
  }

  private func precision(_ values: [Int]) -> Int {
    if values.allSatisfy({ $0 == 0 }) { return 0 }
    return values.map { value -> Int in
      var rest = value < 0 ? -1 - value : value
      var bits = 0
      while rest > 0 {
        rest /= 2
        bits += 1
      }
      return bits + (settings.isSigned ? 1 : 0)
    }.max()!
  }

  /// The sections of a frame; nil when a group fits no table entry.
  func frame(_ number: Int) -> Frame? {
    var frame = Frame()
    let table = settings.table.entries
    var headerBits = 0
    while 1 << headerBits < table.count { headerBits += 1 }
    let group = settings.groupSize.laneCount
    let first = number * 16 * blocksPerPiece
    for piece in stride(from: first, to: min(blocks.count, first + 16 * blocksPerPiece), by: blocksPerPiece) {
      var lanes = blocks[piece..<min(blocks.count, piece + blocksPerPiece)].map { $0.map(packed) }
      if settings.isCompacted {
        let all = lanes.flatMap { $0 }
        frame.mask += all.map { $0 != 0 }
        let kept = all.filter { $0 != 0 }
        let block = settings.block == .group ? group : settings.block == .lanes256 ? 256 : 2048
        lanes = stride(from: 0, to: kept.count, by: block).map { Array(kept[$0..<min(kept.count, $0 + block)]) }
      }
      for block in lanes {
        var groups: [(values: [Int], stored: Int)] = []
        for start in stride(from: 0, to: block.count, by: group) {
          var values = Array(block[start..<min(block.count, start + group)])
          values += [Int](repeating: 0, count: group - values.count)
          let needed = precision(values)
          guard let index = table.firstIndex(where: { $0 >= needed }) else { return nil }
          for bit in 0..<headerBits { frame.headers.append(index >> bit & 1 == 1) }
          groups.append((values, table[index]))
        }
        for plane in 0..<(groups.map(\.stored).max() ?? 0) {
          for (values, stored) in groups where stored > plane {
            for value in values { frame.payload.append(value >> plane & 1 == 1) }
          }
        }
      }
    }
    return frame
  }

  /// Bits as bytes, the first in bit 0.
  static func bytes(_ bits: [Bool]) -> [UInt8] {
    stride(from: 0, to: bits.count, by: 8).map { start in
      (0..<min(8, bits.count - start)).reduce(0) { $0 | (bits[start + $1] ? 1 << UInt8($1) : 0) }
    }
  }
}
