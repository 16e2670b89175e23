import CWeft
import LPDDR4

@c @implementation
public func weft_channel_will_accept(_ channel: OpaquePointer!, _ is_write: Int32) -> Int64 {
  answer { () throws(CallFailure) in try ChannelHandle.of(channel).channel.willAccept(isWrite: is_write != 0) ? 1 : 0 }
}

@c @implementation
public func weft_channel_add_transaction(
  _ channel: OpaquePointer!, _ address: UInt64, _ is_write: Int32, _ tag: Int64
) -> Int64 {
  answer { () throws(CallFailure) in
    let handle = try ChannelHandle.of(channel)
    let channel = handle.channel
    guard address < UInt64(channel.byteCount), address & UInt64(channel.bytesPerBurst - 1) == 0 else {
      throw CallFailure(WEFT_ERROR_CHANNEL_RANGE, "address \(address) is not at a burst of the channel")
    }
    try handle.use(.tick)
    return channel.addTransaction(address: Int(address), isWrite: is_write != 0, tag: Int(tag)) ? 1 : 0
  }
}

@c @implementation
public func weft_channel_tick(_ channel: OpaquePointer!) -> Int64 {
  answer { () throws(CallFailure) in
    let handle = try ChannelHandle.of(channel)
    try handle.use(.tick)
    guard handle.channel.clock < Channel.clockLimit else {
      throw CallFailure(WEFT_ERROR_CHANNEL_RANGE, "the last clock")
    }
    handle.channel.tick()
    return Int64(handle.channel.clock)
  }
}

@c @implementation
public func weft_channel_advance(_ channel: OpaquePointer!, _ clock: Int64) -> Int64 {
  answer { () throws(CallFailure) in
    let handle = try ChannelHandle.of(channel)
    guard clock <= Channel.clockLimit else { throw CallFailure(WEFT_ERROR_CHANNEL_RANGE, "clock \(clock) is too late") }
    try handle.use(.tick)
    handle.channel.advance(to: Int(clock))
    return Int64(handle.channel.clock)
  }
}

@c @implementation
public func weft_channel_clock(_ channel: OpaquePointer!) -> Int64 {
  answer { () throws(CallFailure) in Int64(try ChannelHandle.of(channel).channel.clock) }
}

@c @implementation
public func weft_channel_next_event(_ channel: OpaquePointer!) -> Int64 {
  answer { () throws(CallFailure) in Int64(try ChannelHandle.of(channel).channel.nextEvent) }
}

@c @implementation
public func weft_channel_next_completion(
  _ channel: OpaquePointer!, _ completion: UnsafeMutablePointer<weft_completion>!
) -> Int64 {
  answer { () throws(CallFailure) in
    let handle = try ChannelHandle.of(channel)
    // Looked at first: a completion that cannot be told must not be lost.
    guard let completion else { throw .null("the completion") }
    guard CStruct.isWritable(completion) else {
      throw CallFailure(WEFT_ERROR_UNKNOWN_OPTIONS, "a struct without its size: use its initialiser")
    }
    guard let done = handle.channel.nextCompletion() else { return 0 }
    var told = weft_completion()
    told.tag = Int64(done.tag)
    told.accepted = Int64(done.accepted)
    told.started = Int64(done.started)
    told.data_end = Int64(done.dataEnd)
    told.is_write = done.isWrite ? 1 : 0
    CStruct.write(told, to: completion)
    return 1
  }
}

@c @implementation
public func weft_channel_submit(
  _ channel: OpaquePointer!, _ address: UInt64, _ byte_count: UInt64, _ is_write: Int32, _ arrival: Int64
) -> Int64 {
  answer { () throws(CallFailure) in
    let handle = try ChannelHandle.of(channel)
    let channel = handle.channel
    let bytes = UInt64(channel.byteCount)
    guard (address | byte_count) & UInt64(channel.bytesPerBurst - 1) == 0, byte_count > 0, address < bytes,
      byte_count <= bytes - address
    else {
      throw CallFailure(WEFT_ERROR_CHANNEL_RANGE, "\(byte_count) bytes at \(address) are no bursts of the channel")
    }
    guard arrival >= 0, arrival <= Channel.clockLimit else {
      throw CallFailure(WEFT_ERROR_CHANNEL_RANGE, "arrival at \(arrival)")
    }
    try handle.use(.event)
    channel.submit(
      Request(
        address: Int(address), byteCount: Int(byte_count), kind: is_write != 0 ? .write : .read,
        arrival: Int(arrival)))
    return Int64(byte_count) / Int64(channel.bytesPerBurst)
  }
}

@c @implementation
public func weft_channel_drain(_ channel: OpaquePointer!) -> Int64 {
  answer { () throws(CallFailure) in try ChannelHandle.of(channel).drain() }
}
