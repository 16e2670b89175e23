import ArgumentParser
import LPDDR4

/// `weft channel TRACE`
struct ChannelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "channel",
    abstract: "Run a request trace on an LPDDR4 channel: time, commands, latencies, energy.",
    discussion: "A line is ADDRESS READ|WRITE CYCLE: hexadecimal byte address of a burst, earliest clock of arrival.")

  @Argument(help: "The trace, plain or gzip; - for standard input.")
  var trace: String

  @Option(help: "Ignore the cycles: every request has come, and the queue holds N.")
  var closedLoop: Int?

  @OptionGroup var console: OutputOptions

  func run() throws {
    var options = ControllerOptions()
    if let closedLoop { options.queue = .unified(capacity: closedLoop) }
    let configuration = ChannelConfiguration(options: options)
    let channel = try Channel(configuration)
    let line = TraceLine(byteCount: channel.byteCount, burstBytes: channel.bytesPerBurst)
    let reader = try TraceReader(trace, line: line, isClosedLoop: closedLoop != nil)
    try reader.forEach { request in
      channel.submit(
        Request(
          address: request.address, byteCount: channel.bytesPerBurst, kind: request.isWrite ? .write : .read,
          arrival: request.cycle))
    }
    let document = ChannelDocument(channel.finish(), standard: "LPDDR4-4267 x16 8 Gb", channels: 1)
    try console.emit(document) { document.text }
  }
}
