/// Which bits of an activation make up the bricks of a window, for each convolution group.
struct OperandPlan: Hashable, Sendable {
  /// Channels of one tap that lie together in a word.
  struct Piece: Hashable, Sendable {
    var tap: Int
    /// Channel brick of the activation, and the first bit in its word.
    var source: Int
    var shift: Int
    /// How many bits, and where they begin in the window's word.
    var count: Int
    var rise: Int

    var mask: UInt16 { UInt16(truncatingIfNeeded: 1 << count - 1) }
  }

  /// Pieces of each brick.
  var bricks: [[Piece]]
  /// Bricks of each convolution group, and of each channel of a depthwise layer.
  var groups: [Range<Int>]

  private init() {
    bricks = []
    groups = []
  }

  /// Channels, consecutive ones of one tap together, as bricks of 16 lanes that run on from one to the next.
  private mutating func appendBricks(_ ranges: some Sequence<(tap: Int, channels: Range<Int>)>) {
    var pieces: [Piece] = []
    var rise = 0
    for (tap, channels) in ranges {
      var channel = channels.lowerBound
      while channel < channels.upperBound {
        let shift = channel % 16
        let count = min(16 - shift, 16 - rise, channels.upperBound - channel)
        pieces.append(Piece(tap: tap, source: channel / 16, shift: shift, count: count, rise: rise))
        channel += count
        rise += count
        if rise == 16 {
          bricks.append(pieces)
          (pieces, rise) = ([], 0)
        }
      }
    }
    if !pieces.isEmpty { bricks.append(pieces) }
  }

  /// The bricks of `filters` order (SPEC.md section 4): channel bricks tap by tap, or with fewer than 16 fan-in
  /// channels the flattened window.
  static func convolution(taps: Int, channels: Int, groups: Int) -> OperandPlan {
    var plan = OperandPlan()
    let fanIn = channels / groups
    for group in 0..<groups {
      let first = plan.bricks.count
      let range = group * fanIn..<(group + 1) * fanIn
      if fanIn < ArrayGeometry.lanes {
        plan.appendBricks((0..<taps).lazy.map { (tap: $0, channels: range) })
      } else {
        for tap in 0..<taps { plan.appendBricks(CollectionOfOne((tap: tap, channels: range))) }
      }
      plan.groups.append(first..<plan.bricks.count)
    }
    return plan
  }

  /// One channel's taps as lanes; a group a channel.
  static func depthwise(taps: Int, channels: Int) -> OperandPlan {
    var plan = OperandPlan()
    for channel in 0..<channels {
      let first = plan.bricks.count
      plan.appendBricks((0..<taps).lazy.map { (tap: $0, channels: channel..<channel + 1) })
      plan.groups.append(first..<plan.bricks.count)
    }
    return plan
  }

  /// The bricks that the array takes in a step of a depthwise layer: the channels of `filtersAStep` filters at one tap
  /// (Model). `multiplier` filters read the same channel.
  static func depthwiseSteps(taps: Int, filters: Int, multiplier: Int, filtersAStep: Int) -> OperandPlan {
    var plan = OperandPlan()
    for first in stride(from: 0, to: filters, by: filtersAStep) {
      let begin = plan.bricks.count
      let last = min(filters, first + filtersAStep) - 1
      for tap in 0..<taps {
        plan.appendBricks(CollectionOfOne((tap: tap, channels: first / multiplier..<last / multiplier + 1)))
      }
      plan.groups.append(begin..<plan.bricks.count)
    }
    return plan
  }

  /// The inputs of a fully connected layer as they lie: channels of each position (channel last), or positions of each
  /// channel (channel first).
  static func fullyConnected(positions: Int, channels: Int, isChannelLast: Bool) -> OperandPlan {
    var plan = OperandPlan()
    if isChannelLast {
      plan.appendBricks((0..<positions).lazy.map { (tap: $0, channels: 0..<channels) })
    } else {
      plan.appendBricks(
        (0..<channels * positions).lazy.map { (tap: $0 % positions, channels: $0 / positions..<$0 / positions + 1) })
    }
    plan.groups = [0..<plan.bricks.count]
    return plan
  }

  /// Convolutions whose channels are padded to whole bricks at every tap (DNNsim, stride 1).
  static func paddedConvolution(taps: Int, channels: Int, groups: Int) -> OperandPlan {
    var plan = OperandPlan()
    let fanIn = channels / groups
    for group in 0..<groups {
      let first = plan.bricks.count
      for tap in 0..<taps {
        plan.appendBricks(CollectionOfOne((tap: tap, channels: group * fanIn..<(group + 1) * fanIn)))
      }
      plan.groups.append(first..<plan.bricks.count)
    }
    return plan
  }

  /// Cells of `side` x `side` pixels as bricks (DNNsim, stride above 1); taps count over the window of whole cells.
  static func cells(rows: Int, columns: Int, side: Int, channels: Int) -> OperandPlan {
    var plan = OperandPlan()
    for row in 0..<rows {
      for column in 0..<columns {
        plan.appendBricks(
          (0..<side * side).lazy.map { pixel in
            let (y, x) = pixel.quotientAndRemainder(dividingBy: side)
            return (tap: (row * side + y) * columns * side + column * side + x, channels: 0..<channels)
          })
      }
    }
    plan.groups = [0..<plan.bricks.count]
    return plan
  }
}
