import Weft

/// The lanes of a tensor, enumerated by plain loops from SPEC.md section 4: nothing in common with `LaneGeometry`.
enum SlowLanes {
  /// Segments of memory indices, nil where a lane is absent, and the lanes of a full block in each.
  static func segments(
    _ descriptor: TensorDescriptor, _ settings: PackingSettings
  ) -> [(lanes: [Int?], blockLanes: Int)] {
    guard descriptor.valueCount > 0 else { return [] }
    let (outer, positions, channels) = extents(descriptor)
    let group = settings.groupSize.laneCount
    let block = settings.block == .group ? group : settings.block == .lanes256 ? 256 : 2048
    func lanes(inBrick brick: Int, of count: Int) -> Int { group == 8 && count - 16 * brick <= 8 ? 8 : 16 }
    func half(_ lanes: Int) -> Int { lanes == 8 ? max(group, block / 2) : block }
    let place = places(descriptor)
    var all: [Int?] = []
    switch settings.order {
    case .linear: return [((0..<descriptor.valueCount).map { $0 }, block)]
    case .spatial:
      for o in 0..<outer { for c in 0..<channels { for p in 0..<positions { all.append(place(o, p, c)) } } }
      return [(all, block)]
    case .channels where channels < 16:
      for o in 0..<outer { for p in 0..<positions { for c in 0..<channels { all.append(place(o, p, c)) } } }
      return [(all, block)]
    case .channels,
      .filters where descriptor.layout.isDepthwise:
      return (0..<(channels + 15) / 16).map { brick in
        let count = lanes(inBrick: brick, of: channels)
        var segment: [Int?] = []
        for o in 0..<outer {
          for p in 0..<positions {
            for l in 0..<count { segment.append(16 * brick + l < channels ? place(o, p, 16 * brick + l) : nil) }
          }
        }
        return (segment, half(count))
      }
    case .filters:
      var result: [(lanes: [Int?], blockLanes: Int)] = []
      let perGroup = outer / descriptor.convolutionGroups
      let isFlat = channels < 16
      let fanIn = isFlat ? positions * channels : channels
      for g in 0..<descriptor.convolutionGroups {
        for first in stride(from: 0, to: perGroup, by: 128) {
          for p in 0..<(isFlat ? 1 : positions) {
            for brick in 0..<(fanIn + 15) / 16 {
              let count = lanes(inBrick: brick, of: fanIn)
              var segment: [Int?] = []
              for f in first..<min(first + 128, perGroup) {
                for l in 0..<count {
                  let k = 16 * brick + l
                  let position = isFlat ? k / channels : p
                  segment.append(k < fanIn ? place(g * perGroup + f, position, isFlat ? k % channels : k) : nil)
                }
              }
              result.append((segment, half(count)))
            }
          }
        }
      }
      return result
    }
  }

  /// The blocks of a tensor, each its lanes' memory indices.
  static func blocks(_ descriptor: TensorDescriptor, _ settings: PackingSettings) -> [ArraySlice<Int?>] {
    segments(descriptor, settings).flatMap { lanes, size in
      stride(from: 0, to: lanes.count, by: size).map { lanes[$0..<min(lanes.count, $0 + size)] }
    }
  }

  private static func extents(_ descriptor: TensorDescriptor) -> (Int, Int, Int) {
    var extents: [AxisRole: Int] = [:]
    for (extent, role) in zip(descriptor.shape, descriptor.layout.roles) { extents[role, default: 1] *= extent }
    return (extents[.outer] ?? 1, extents[.position] ?? 1, extents[.channel] ?? 1)
  }

  /// Memory index by outer, position and channel number: found by walking memory, not by strides.
  private static func places(_ descriptor: TensorDescriptor) -> (Int, Int, Int) -> Int {
    let (_, positions, channels) = extents(descriptor)
    var table = [Int](repeating: 0, count: descriptor.valueCount)
    var coordinates = [Int](repeating: 0, count: descriptor.shape.count)
    let axes = descriptor.isColumnMajor ? Array(descriptor.shape.indices) : descriptor.shape.indices.reversed()
    // Positions count in memory order too: the position axis that is fastest in memory is fastest.
    for memory in 0..<descriptor.valueCount {
      var number: [AxisRole: Int] = [:]
      for axis in axes.reversed() {
        let role = descriptor.layout.roles[axis]
        number[role] = number[role, default: 0] * descriptor.shape[axis] + coordinates[axis]
      }
      let place =
        (number[.outer] ?? 0) * positions * channels + (number[.position] ?? 0) * channels + (number[.channel] ?? 0)
      table[place] = memory
      for axis in axes {
        coordinates[axis] += 1
        if coordinates[axis] < descriptor.shape[axis] { break }
        coordinates[axis] = 0
      }
    }
    return { o, p, c in table[o * positions * channels + p * channels + c] }
  }
}
