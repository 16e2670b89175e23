import CWeft
import LPDDR4

extension ChannelConfiguration {
  /// The configuration of a C caller's options. Throws `INVALID_ARGUMENT` for a choice that there is not, and
  /// `CHANNEL_CONFIGURATION` for numbers that contradict one another.
  init(_ given: weft_channel_options) throws(CallFailure) {
    func invalid(_ what: CallFailure.Words, _ number: Int32) -> CallFailure {
      CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "there is no \(what) \(number)")
    }
    guard let grade = SpeedGrade(rawValue: Int(given.speed)) else { throw invalid("speed", given.speed) }
    guard let density = Density(rawValue: Int(given.density)) else { throw invalid("density", given.density) }
    guard given.burst_length == 16 || given.burst_length == 32 else {
      throw invalid("burst length", given.burst_length)
    }
    var options = ControllerOptions()
    let orders: [AddressMapping.Order] = [.roBaCo, .roCoBa, .baRoCo]
    guard orders.indices.contains(Int(given.mapping)) else { throw invalid("mapping", given.mapping) }
    options.mapping = AddressMapping(orders[Int(given.mapping)], hasBankXOR: given.has_bank_xor != 0)
    switch given.page {
    case 0: options.page = .open
    case 1: options.page = .closed
    case 2: options.page = .strictlyClosed
    case 3: options.page = .timeout(Int(given.page_clocks))
    default: throw invalid("page policy", given.page)
    }
    options.queue =
      given.write_queue == 0
      ? .unified(capacity: Int(given.queue))
      : .split(
        reads: Int(given.queue), writes: Int(given.write_queue), low: Int(given.write_low), high: Int(given.write_high))
    options.hitCap = given.hit_cap < 0 ? nil : Int(given.hit_cap)
    switch given.refresh {
    case 0: options.refresh = .none
    case 1: options.refresh = .allBanks(postponed: Int(given.postponed))
    case 2: options.refresh = .perBank(postponed: Int(given.postponed))
    default: throw invalid("refresh policy", given.refresh)
    }
    options.power = PowerPolicy(
      powerDownAfter: given.power_down_after < 0 ? nil : Int(given.power_down_after),
      selfRefreshAfter: given.self_refresh_after < 0 ? nil : Int(given.self_refresh_after))
    do throws(StandardError) {
      self.init(
        standard: try Standard.lpddr4(
          grade, density: density, burstLength: Int(given.burst_length), isLockstep: given.is_lockstep != 0,
          writeLatency: given.has_write_latency_b != 0 ? .b : .a, hasReadDBI: given.has_read_dbi != 0),
        options: options)
    } catch {
      throw CallFailure(error)
    }
  }
}

extension weft_channel_options {
  /// WEFT_CHANNEL_OPTIONS_INIT, which Swift does not see.
  static var initial: weft_channel_options {
    var options = weft_channel_options()
    options.size = MemoryLayout<weft_channel_options>.size
    (options.speed, options.density, options.burst_length) = (4267, 8, 16)
    options.queue = 32
    options.hit_cap = -1
    options.refresh = 1
    options.power_down_after = -1
    options.self_refresh_after = -1
    return options
  }
}
