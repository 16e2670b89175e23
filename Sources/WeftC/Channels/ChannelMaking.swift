import CWeft
import LPDDR4

@c @implementation
public func weft_channel_create(
  _ options: UnsafePointer<weft_channel_options>!, _ channel: UnsafeMutablePointer<OpaquePointer?>!,
  _ problem: UnsafeMutablePointer<weft_problem>!
) -> Int64 {
  answer(problem) { () throws(CallFailure) in
    guard let channel else { throw .null("the place for the channel") }
    channel.pointee = nil
    let handle = try ChannelHandle.make(try ChannelConfiguration(try CStruct.read(options, over: .initial)))
    channel.pointee = OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
    return Int64(handle.channel.byteCount)
  }
}

@c @implementation
public func weft_channel_destroy(_ channel: OpaquePointer!) -> Int64 {
  if let channel { Unmanaged<ChannelHandle>.fromOpaque(UnsafeRawPointer(channel)).release() }
  return 0
}

@c @implementation
public func weft_channel_burst_bytes(_ channel: OpaquePointer!) -> Int64 {
  answer { () throws(CallFailure) in Int64(try ChannelHandle.of(channel).channel.bytesPerBurst) }
}

@c @implementation
public func weft_channel_clock_ps(_ channel: OpaquePointer!) -> Int64 {
  answer { () throws(CallFailure) in
    let timing = try ChannelHandle.of(channel).channel.configuration.standard.timing
    // Of a positive number; `rounded()` would need the mathematical library.
    return Int64(timing.clockNanoseconds * 1000 + 0.5)
  }
}

@c @implementation
public func weft_channel_stats(
  _ channel: OpaquePointer!, _ stats: UnsafeMutablePointer<weft_channel_statistics>!
) -> Int64 {
  answer { () throws(CallFailure) in
    let report = try ChannelHandle.of(channel).channel.report()
    var told = weft_channel_statistics()
    told.cycles = Int64(report.cycles)
    (told.reads, told.writes) = (Int64(report.reads), Int64(report.writes))
    (told.read_bytes, told.write_bytes) = (Int64(report.readBytes), Int64(report.writeBytes))
    (told.activates, told.precharges) = (Int64(report.activates), Int64(report.precharges))
    (told.refreshes, told.row_hits) = (Int64(report.refreshes), Int64(report.rowHits))
    told.time_ns = report.nanoseconds
    told.bandwidth_gbps = report.gigabytesPerSecond
    told.peak_fraction = report.peakFraction
    told.read_latency_ns_mean = report.readLatency.meanClocks * report.clockNanoseconds
    told.read_latency_ns_p99 = Double(report.readLatency.percentile(0.99)) * report.clockNanoseconds
    told.energy_pj = report.energy.total
    told.energy_activate_pj = report.energy.activate
    told.energy_read_pj = report.energy.read
    told.energy_write_pj = report.energy.write
    told.energy_refresh_pj = report.energy.refresh
    told.energy_background_pj = report.energy.background
    told.energy_io_pj = report.energy.io
    try CStruct.fill(stats, with: told)
    return Int64(report.cycles)
  }
}

@c @implementation
public func weft_channel_reset_stats(_ channel: OpaquePointer!) -> Int64 {
  answer { () throws(CallFailure) in
    try ChannelHandle.of(channel).channel.resetStatistics()
    return 0
  }
}
