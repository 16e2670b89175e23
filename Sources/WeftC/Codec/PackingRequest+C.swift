import CWeft
import Weft

extension PackingRequest {
  /// The request of a C caller's options. Throws `INVALID_ARGUMENT` for a choice that there is not.
  init(_ given: weft_pack_options) throws(CallFailure) {
    func invalid(_ what: CallFailure.Words, _ number: Int32) -> CallFailure {
      CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "there is no \(what) \(number)")
    }
    self.init()
    if given.group_size == 0 {
      groupSize = .auto
    } else {
      groupSize = .fixed(try GroupSize(c: given.group_size))
    }
    if given.order == WEFT_ORDER_AUTO.rawValue {
      order = .auto
    } else {
      guard let raw = UInt8(exactly: given.order), let fixed = LaneOrder(rawValue: raw) else {
        throw invalid("order", given.order)
      }
      order = .fixed(fixed)
    }
    switch given.block {
    case WEFT_BLOCK_DEFAULT.rawValue: block = nil
    case Int32(WEFT_BLOCK_GROUP.rawValue): block = .group
    case Int32(WEFT_BLOCK_256.rawValue): block = .lanes256
    case Int32(WEFT_BLOCK_2048.rawValue): block = .lanes2048
    default: throw invalid("block", given.block)
    }
    switch given.precisions {
    case 0: table = .auto
    case 1: table = .dense
    case 2: table = .layer
    case 3: table = .even
    case 4:
      guard let fixed = PrecisionTable(set: given.precision_set) else {
        throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "precision_set has 1 to 16 of the bits 0 to 16")
      }
      table = .fixed(fixed)
    default: throw invalid("choice of precisions", given.precisions)
    }
    switch given.zero_compaction {
    case -1: compaction = .auto
    case 0: compaction = .off
    case 1: compaction = .on
    default: throw invalid("choice of zero compaction", given.zero_compaction)
    }
    switch given.rebase_choice {
    case -1: rebase = .auto
    case 0: rebase = .fixed(0)
    case 1: rebase = .fixed(given.rebase)
    default: throw invalid("choice of rebase", given.rebase_choice)
    }
  }
}

extension GroupSize {
  /// Throws `INVALID_ARGUMENT`.
  init(c count: Int32) throws(CallFailure) {
    guard let size = GroupSize(laneCount: Int(count)) else {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "a group of \(count) lanes")
    }
    self = size
  }
}

extension weft_pack_options {
  /// WEFT_PACK_OPTIONS_INIT, which Swift does not see.
  static var initial: weft_pack_options {
    var options = weft_pack_options()
    options.size = MemoryLayout<weft_pack_options>.size
    options.group_size = 16
    options.block = WEFT_BLOCK_DEFAULT.rawValue
    options.zero_compaction = WEFT_AUTO.rawValue
    options.rebase_choice = WEFT_AUTO.rawValue
    return options
  }

  /// The kernel asked for, or the fastest.
  func chosenKernel() throws(CallFailure) -> Kernel {
    guard let kernel else { return .best }
    let name = try CText.read(kernel)
    return try refusing { () throws(WeftError) in try Kernel.named(name) }
  }
}
