import ArgumentParser
import LPDDR4
import Loom
import Networks
import Traffic
import Weft

/// `weft trace INPUT --for dramsim3|ramulator1|ramulator2|dramsys -o FILE`
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Write the requests of `weft traffic` for another memory simulator.")

  @Argument(help: "Network folder, .tflite, .onnx or .weft with a layer graph.")
  var input: String

  @Option(name: .customLong("for"), help: "dramsim3, ramulator1, ramulator2 or dramsys.")
  var dialect: TraceDialect

  @Option(name: .shortAndLong, help: "The trace; - for standard output.")
  var output: String

  @Option(help: "Write the channel as the simulator describes one (dramsim3: .ini, dramsys: .json).")
  var config: String?

  @Flag(name: .shortAndLong, help: "Overwrite the outputs.")
  var force = false

  @OptionGroup var traffic: TrafficOptions
  @OptionGroup var threads: ThreadOption
  @OptionGroup var console: OutputOptions

  struct Report: Encodable {
    var requests: Int
    var bytes: Int
    var dialect: String
  }

  func validate() throws {
    guard output != "-" || !console.json else { throw ValidationError("--json and -o - both want standard output") }
    guard config == nil || dialect.configurationEnding != nil else {
      throw ValidationError(
        "--config: \(dialect.rawValue) cannot be told of LPDDR4-4267 by a file (Ramulator 1 has its speeds compiled in, Ramulator 2 has no LPDDR4)"
      )
    }
    guard traffic.width == .x16 else { throw ValidationError("--width: a trace is for one channel, x16") }
  }

  func run() throws {
    let kernel = try KernelChoice.selected()
    do {
      let measured = try traffic.measure(input, kernel: kernel, threads: threads.count)[0]
      let options = try traffic.options(for: measured.machine)
      let network = try measured.traffic(traffic.scheme, groupSize: traffic.groupSizeChoice, kernel: kernel)
      let organization = options.channel.standard.organization
      let sequence = try TransferSequence(
        ResidencyPlan(network, memory: options.memory, isRaw: false), channelBytes: organization.byteCount)
      let report = try write(sequence, burst: organization.bytesPerBurst)
      if let config, let text = dialect.configuration(options.channel.standard) {
        try OutputText.write(text, to: config, mayOverwrite: force)
      }
      if output != "-" {
        try console.emit(report) { "\(output): \(report.requests) requests of \(organization.bytesPerBurst) bytes\n" }
      }
    } catch let error as NetworkError {
      throw CommandFailure(file: input, error)
    } catch let error as WeftError {
      throw CommandFailure(file: input, error)
    } catch let error as TrafficError {
      throw CommandFailure(file: input, error)
    } catch let error as StandardError {
      throw CommandFailure(file: input, "\(error)")
    }
  }

  /// Burst by burst, a buffer at a time.
  private func write(_ sequence: TransferSequence, burst: Int) throws -> Report {
    var file = try Output(output, mayOverwrite: force)
    var text = ""
    var requests = 0
    func flush() throws {
      try text.withUTF8 { try file.write(UnsafeRawBufferPointer($0)) }
      text.removeAll(keepingCapacity: true)
    }
    for transfer in sequence.transfers {
      for address in stride(from: transfer.address, to: transfer.address + transfer.byteCount, by: burst) {
        text += dialect.line(address: address, isWrite: transfer.isWrite)
        requests += 1
      }
      if text.utf8.count > 1 << 20 { try flush() }
    }
    try flush()
    try file.commit()
    return Report(requests: requests, bytes: requests * burst, dialect: dialect.rawValue)
  }
}

extension TraceDialect: ExpressibleByArgument {}
