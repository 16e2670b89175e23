/// The tick face: bursts in, completions out, one clock after the other or from event to event.
///
///     while channel.willAccept(isWrite: false) == false { channel.tick() }
///     channel.addTransaction(address: 0x40, isWrite: false, tag: 7)
///     channel.tick()
///     while let done = channel.nextCompletion() { … done.tag … }
///
/// A clock is: transactions are added, then `tick` starts at most one command on it. Commands and clocks are those of
/// the event face for the same acceptances. Do not mix both faces between two drains.
extension Channel {
  /// The clock that the next tick is.
  public var clock: Int { core.ticking.clock }

  /// Whether a burst of this direction is accepted on this clock: the queue has room and took none yet on it.
  public func willAccept(isWrite: Bool) -> Bool {
    core.nextAcceptance <= clock && core.hasRoom(isWrite: isWrite)
  }

  /// Accepts one burst on this clock, or returns false where `willAccept` does.
  ///
  /// `address` must lie in the channel at a burst. The completion carries `tag`.
  @discardableResult
  public func addTransaction(address: Int, isWrite: Bool, tag: Int = 0) -> Bool {
    precondition(address >= 0 && address < byteCount && address % bytesPerBurst == 0, "address is not at a burst")
    collect()
    guard willAccept(isWrite: isWrite) else { return false }
    core.accept(address: address, flags: isWrite ? .write : [], tag: tag, at: clock)
    return true
  }

  /// Lets one clock pass, and starts the command that may start on it.
  public func tick() { advance(to: clock + 1) }

  /// Lets all clocks before `clock` pass: as many ticks, at the cost of the commands between. Does nothing for a clock
  /// that has passed.
  public func advance(to clock: Int) {
    precondition(clock <= Channel.clockLimit, "clock is too late")
    guard clock > self.clock else { return }
    collect()
    core.advance(to: clock)
    core.ticking.clock = clock
  }

  /// The next burst whose data has ended by now, in the order of data ends; nil for none.
  public func nextCompletion() -> Completion? { core.ticking.next(by: clock) }

  /// The first clock, from now on, on which a command starts or data ends if nothing is added; `Int.max` for never.
  /// A host may `advance` to it without missing anything.
  public var nextEvent: Int { max(clock, min(core.candidateTime, core.ticking.nextEnd)) }

  /// Serves everything that waits; the clock is then the end of the last data.
  public func drain() {
    core.drain()
    core.ticking.clock = max(clock, core.dataEnd)
    // What the channel costs while it waits is known up to here.
    core.advance(to: core.ticking.clock)
    core.account(to: core.ticking.clock)
  }

  private func collect() { core.ticking.isCollecting = true }
}
