import LPDDR4

/// What a channel did with a list of requests, command by command.
struct Recording: Equatable {
  var commands: [IssuedCommand] = []
  var completions: [Completion] = []
  var report: ChannelReport

  /// By the event face.
  static func events(_ requests: [Request], _ configuration: ChannelConfiguration) throws -> Recording {
    let channel = try Channel(configuration)
    let log = Log()
    channel.observers = log.observers
    let report = channel.run(requests)
    return Recording(commands: log.commands, completions: log.completions, report: report)
  }

  /// By the tick face, one clock after the other; `leaps` goes from event to event instead.
  static func ticks(
    _ requests: [Request], _ configuration: ChannelConfiguration, leaps: Bool = false
  ) throws -> Recording {
    let channel = try Channel(configuration)
    let log = Log()
    channel.observers.onCommand = log.observers.onCommand
    let burst = channel.bytesPerBurst
    var bursts: [Request] = []
    for request in requests {
      for offset in stride(from: 0, to: request.byteCount, by: burst) {
        var one = request
        one.address += offset
        one.byteCount = burst
        bursts.append(one)
      }
    }
    var next = 0
    var completions: [Completion] = []
    while completions.count < bursts.count {
      if next < bursts.count, bursts[next].arrival <= channel.clock {
        let request = bursts[next]
        let isAccepted = channel.addTransaction(
          address: request.address, isWrite: request.kind != .read, tag: request.tag)
        if isAccepted { next += 1 }
      }
      channel.tick()
      if leaps {
        // Until a place may be free or the next request comes, only the channel's own events matter.
        var target = channel.nextEvent
        if next < bursts.count {
          target =
            channel.willAccept(isWrite: bursts[next].kind != .read)
            ? min(target, max(bursts[next].arrival, channel.clock)) : target
        }
        if target != Int.max { channel.advance(to: target) }
      }
      while let completion = channel.nextCompletion() { completions.append(completion) }
    }
    let report = channel.finish()
    return Recording(commands: log.commands, completions: completions, report: report)
  }

  /// Completions in an order that both faces share.
  var sortedCompletions: [Completion] { completions.sorted { ($0.started, $0.dataEnd) < ($1.started, $1.dataEnd) } }

  private final class Log {
    var commands: [IssuedCommand] = []
    var completions: [Completion] = []

    var observers: Observers {
      Observers(onCommand: { self.commands.append($0) }, onCompletion: { self.completions.append($0) })
    }
  }
}
