import ArgumentParser
import Glibc
import LPDDR4
import Traffic
import Weft

/// `weft channel TRACE`
struct ChannelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "channel",
    abstract: "Run a request trace on an LPDDR4 channel: time, commands, latencies, energy.",
    discussion: """
      A line is ADDRESS READ|WRITE CYCLE: hexadecimal byte address of a burst, earliest clock of arrival.
      Sources/LPDDR4/LPDDR4.docc/TheChannel.md says what the options mean.
      """)

  @Argument(help: "The trace, plain or gzip; - for standard input.")
  var trace: String

  @Option(help: "Ignore the cycles: every request has come, and the queue holds N.")
  var closedLoop: Int?

  @OptionGroup(title: "Channel") var channel: ChannelOptions

  @Option(help: "Write every command to this file, one a line: clock, command, bank, row, column.")
  var commands: String?

  @Flag(help: "Latency histograms in the JSON document: pairs of clocks and requests.")
  var histograms = false

  @Flag(name: .shortAndLong, help: "Overwrite the file of commands.")
  var force = false

  @OptionGroup var console: OutputOptions

  /// Idle time is not skipped while commands are written: every refresh until then is a line. 2^36 clocks are 32 s.
  private static let lastObservedCycle = 1 << 36

  func validate() throws {
    if let closedLoop, !(1...65_536).contains(closedLoop) {
      throw ValidationError("--closed-loop \(closedLoop): expected 1...65536")
    }
    guard commands == nil || !channel.isPair else {
      throw ValidationError("--commands needs one channel: x16, or x32 in lockstep")
    }
    guard commands.map({ $0 == "-" || !ChannelCommand.isSame($0, trace) }) ?? true else {
      throw ValidationError("--commands would overwrite the trace")
    }
    guard commands != "-" || !console.json else {
      throw ValidationError("--commands - and --json both want standard output")
    }
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev
      && first.st_ino == second.st_ino
  }

  func run() throws {
    let configuration: ChannelConfiguration
    let report: ChannelReport
    do {
      configuration = try channel.configuration(closedLoop: closedLoop)
      report = channel.isPair ? try runPair(configuration) : try runOne(configuration)
    } catch let error as StandardError {
      throw CommandFailure(file: trace, "no such channel: \(error)")
    }
    let document = ChannelDocument(
      report, standard: channel.name, channels: channel.isPair ? 2 : 1, hasHistograms: histograms)
    try console.emit(document) { document.text }
  }

  private func runOne(_ configuration: ChannelConfiguration) throws -> ChannelReport {
    let model = try Channel(configuration)
    let log = try commands.map { try CommandLog($0, mayOverwrite: force) }
    if let log { model.observers.onCommand = { log.append($0) } }
    try forEachRequest(byteCount: model.byteCount, burstBytes: model.bytesPerBurst) { model.submit($0) }
    let report = model.finish()
    do {
      try log?.commit()
    } catch let error as WeftError {
      throw CommandFailure(file: commands!, error)
    }
    return report
  }

  private func runPair(_ configuration: ChannelConfiguration) throws -> ChannelReport {
    let model = try ChannelPair(configuration)
    try forEachRequest(byteCount: model.byteCount, burstBytes: model.bytesPerBurst) { model.submit($0) }
    return model.finish()
  }

  private func forEachRequest(byteCount: Int, burstBytes: Int, _ body: (Request) -> Void) throws {
    let parser = TraceParser(
      byteCount: byteCount, burstBytes: burstBytes, isClosedLoop: closedLoop != nil,
      lastCycle: commands == nil ? .max : ChannelCommand.lastObservedCycle)
    var reader = try TraceReader(trace, parser: parser)
    try reader.forEach { request in
      body(
        Request(
          address: request.address, byteCount: burstBytes, kind: request.isWrite ? .write : .read,
          arrival: request.cycle))
    }
  }
}
