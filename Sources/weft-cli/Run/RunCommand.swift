import ArgumentParser
import Loom
import Networks
import Weft

/// `weft run INPUT --array A`
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a network on a bit-serial array from its packed bytes.")

  @Argument(help: "Network folder, .tflite, .onnx or .weft with a layer graph.")
  var input: String

  @Option(
    help: """
      dpnn, stripes, dynamic-stripes, tartan, dprs, loom-1b, loom-2b or loom-4b; with :ROWSxCOLUMNS for another \
      geometry, or :32, :64, :256, :512 for another peak.
      """)
  var array = "loom-1b"

  @Option(help: "fast or register.")
  var executor = RunOptions.Executor.fast

  @Option(help: "Round operands before packing: none or profile. Lossy.")
  var trim = Trim.none

  @Option(help: "Widths that the array spends: dynamic, or the profile's (implies --trim profile).")
  var precision = TimingOptions.Precision.dynamic

  @Option(help: "Weight widths: one a layer, a tile of filters, or a step (128 filters by 16 products).")
  var weightPrecision = TimingOptions.WeightPrecision.layer

  @Option(
    help:
      "Activations that share one detected width: at least those of a step (256 on loom-1b), which work in lockstep.")
  var detectorGroup = 1

  @Option(help: "Whose conventions hold where the paper is silent: paper or dnnsim.")
  var conventions = TimingOptions.Conventions.paper

  @Option(help: "With --conventions dnnsim: windows down the columns, or along the rows (height and width exchanged).")
  var windowOrder = WindowOrder.columns

  @Option(help: "Geometry of each layer: the array's, or the best of as many units.")
  var mapping = RunOptions.Mapping.fixed

  @Flag(help: "Count cycles of the stored activations and compute no outputs.")
  var cyclesOnly = false

  @Flag(help: "Compare every sum and output with what is stored, else with the integer reference.")
  var check = false

  @Option(name: .customLong("input"), help: "The network's input: one array.")
  var given: String?

  @Option(help: "The sample to run. Default: the first.")
  var sample: String?

  @Option(
    help: "Samples of a folder to take; widths that are set once hold for all of them. Default: 1, all for dnnsim.")
  var samples: Int?

  @Option(help: "A precision profile (CSV, one line a layer) to lay over the graph.")
  var profile: String?

  @Option(help: "With --executor register: print the registers of one unit, LAYER:ROW:COLUMN, cycle by cycle.")
  var trace: String?

  @OptionGroup var threads: ThreadOption
  @OptionGroup var console: OutputOptions

  enum WindowOrder: String, ExpressibleByArgument, CaseIterable {
    case columns
    case rows
  }

  enum Trim: String, ExpressibleByArgument, CaseIterable {
    case none
    case profile
  }

  func validate() throws {
    guard Machine(array) != nil else {
      throw ValidationError(
        "--array is one of \(Machine.Kind.allCases.map(\.rawValue).joined(separator: ", ")), or one with :ROWSxCOLUMNS, not '\(array)'"
      )
    }
    guard detectorGroup >= 1 else { throw ValidationError("--detector-group is 1 or more, not \(detectorGroup)") }
    guard samples.map({ $0 >= 1 }) ?? true else { throw ValidationError("--samples is 1 or more") }
    if trace != nil {
      guard executor == .register, !cyclesOnly, !console.json else {
        throw ValidationError("--trace needs --executor register, and neither --cycles-only nor --json")
      }
      guard tracedUnit != nil else { throw ValidationError("--trace is LAYER:ROW:COLUMN, not '\(trace!)'") }
    }
    guard !(check && cyclesOnly) else { throw ValidationError("--cycles-only computes nothing to check") }
  }

  func run() throws {
    let kernel = try KernelChoice.selected()
    let network = try RunnableInput(
      input, samples: samples ?? (sample == nil && conventions == .paper ? 1 : Int.max), input: given, profile: profile,
      kernel: kernel)
    let name = input == "-" ? "standard input" : input
    do {
      let report = try run(network, kernel: kernel)
      try console.emit(report) { report.text(isVerbose: console.verbose) }
      if report.failed > 0 {
        throw CommandFailure(file: name, "\(report.failed) results differ: \(report.firstMismatch ?? "")")
      }
    } catch let error as NetworkError {
      throw CommandFailure(file: name, error)
    } catch let error as WeftError {
      throw CommandFailure(file: name, error)
    }
  }

  /// Layer names may hold colons; the last two parts are numbers inside the array.
  private var tracedUnit: (layer: String, unit: (row: Int, column: Int))? {
    guard let parts = trace?.split(separator: ":", omittingEmptySubsequences: false), parts.count >= 3,
      let row = Int(parts[parts.count - 2]), let column = Int(parts[parts.count - 1]),
      let geometry = Machine(array)?.geometry, (0..<geometry.rows).contains(row),
      (0..<geometry.columns).contains(column)
    else { return nil }
    return (parts.dropLast(2).joined(separator: ":"), (row, column))
  }

  private func run(_ network: RunnableInput, kernel: Kernel) throws -> RunReport {
    let options = RunOptions(
      executor: executor,
      timing: TimingOptions(
        precision: precision, weightPrecision: weightPrecision, conventions: conventions, detectorGroup: detectorGroup,
        trims: trim == .profile || precision == .profile, simulatorOrder: windowOrder == .rows ? .rows : .columns),
      mapping: mapping, cyclesOnly: cyclesOnly, threads: threads.count)
    guard let sample = sample ?? network.graph.samples.first?.name else {
      throw NetworkError(.missing, "there are no activations: give an input with --input F.npy")
    }
    if let traced = tracedUnit, !network.graph.layers.contains(where: { $0.name == traced.layer }) {
      throw NetworkError(.missing, "there is no layer '\(traced.layer)' to trace")
    }
    let run = try NetworkRun(
      graph: network.graph, machine: Machine(array)!, options: options, kernel: kernel, source: network.source)
    let checking =
      check
      ? try RunCheck(
        graph: network.graph, sample: sample, options: options, source: network.source, parameters: network.parameters)
      : nil
    run.observer = checking
    run.traced = tracedUnit
    // Reading and packing the parameters is not the array's time.
    try run.prepare(sample: sample)
    var layers: [LayerRun] = []
    let clock = ContinuousClock()
    let time = try clock.measure { try run.run(sample: sample) { layers.append($0) } }
    try Console.output(run.trace.map { "\($0)\n" }.joined())
    return RunReport(
      array: array, options: options, sample: sample, layers: layers, checks: checking?.checks,
      leftOut: run.leftOut, seconds: time / .seconds(1), kernel: ArrayKernel(beside: kernel).name)
  }
}

extension RunOptions.Executor: ExpressibleByArgument {}
extension RunOptions.Mapping: ExpressibleByArgument {}
extension TimingOptions.Precision: ExpressibleByArgument {}
extension TimingOptions.WeightPrecision: ExpressibleByArgument {}
extension TimingOptions.Conventions: ExpressibleByArgument {}
