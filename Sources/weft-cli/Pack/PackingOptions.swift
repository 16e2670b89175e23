import ArgumentParser
import Weft

/// How tensors are packed: the options of `pack` that other verbs share.
struct PackingOptions: ParsableArguments {
  @Option(help: "Lanes that share one precision: auto, 8, 16, 32, 64, 128 or 256.")
  var groupSize = "16"

  @Option(
    help: """
      Lane order: auto (the smaller of linear and spatial), linear, spatial, filters or channels. Default: linear \
      for a bare array, the array's orders for a network.
      """)
  var order: String?

  @Option(help: "Lanes transposed together: group, 256 or 2048. Default: by order.")
  var block: String?

  @Option(help: "Precision table: auto, dense, layer, even, or a list such as 0,2,4,8.")
  var precisions = "auto"

  @Option(help: "Leave zeros out: auto, on or off.")
  var zeroCompaction = "auto"

  @Option(help: "Constant subtracted from every value: auto or a number.")
  var rebase = "auto"

  /// The request these options make; `order` decides where the user did not.
  func request(defaultOrder: LaneOrder) throws -> PackingRequest {
    var request = PackingRequest(
      groupSize: try groupSizeChoice, order: .fixed(defaultOrder), block: try blockSize, table: try table,
      compaction: try compaction, rebase: try rebaseChoice)
    if let order { request.order = try orderChoice(order) }
    // The array's orders are never compacted, so `auto` and `off` are one there.
    return request
  }

  /// Checks every option, so that a wrong one is reported before any work is done.
  func validate() throws { _ = try request(defaultOrder: .linear) }

  private var groupSizeChoice: PackingRequest.GroupSizeChoice {
    get throws {
      if groupSize == "auto" { return .auto }
      guard let count = Int(groupSize), let size = GroupSize(laneCount: count) else {
        throw ValidationError("--group-size is auto, 8, 16, 32, 64, 128 or 256, not '\(groupSize)'")
      }
      return .fixed(size)
    }
  }

  private func orderChoice(_ text: String) throws -> PackingRequest.OrderChoice {
    if text == "auto" { return .auto }
    for order in LaneOrder.allCases where order.name == text { return .fixed(order) }
    throw ValidationError("--order is auto, linear, spatial, filters or channels, not '\(text)'")
  }

  private var blockSize: BlockSize? {
    get throws {
      switch block {
      case nil: nil
      case "group": .group
      case "256": .lanes256
      case "2048": .lanes2048
      default: throw ValidationError("--block is group, 256 or 2048, not '\(block!)'")
      }
    }
  }

  private var table: PackingRequest.TableChoice {
    get throws {
      switch precisions {
      case "auto": return .auto
      case "dense": return .dense
      case "layer": return .layer
      case "even": return .even
      default:
        let list = precisions.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard !list.contains(nil), let table = PrecisionTable(list.map { $0! }) else {
          throw ValidationError(
            "--precisions is auto, dense, layer, even, or up to 16 numbers of 0...16, not '\(precisions)'")
        }
        return .fixed(table)
      }
    }
  }

  private var compaction: PackingRequest.CompactionChoice {
    get throws {
      switch zeroCompaction {
      case "auto": .auto
      case "on": .on
      case "off": .off
      default: throw ValidationError("--zero-compaction is auto, on or off, not '\(zeroCompaction)'")
      }
    }
  }

  private var rebaseChoice: PackingRequest.RebaseChoice {
    get throws {
      if rebase == "auto" { return .auto }
      guard let constant = Int32(rebase) else {
        throw ValidationError("--rebase is auto or a number, not '\(rebase)'")
      }
      return .fixed(constant)
    }
  }
}
