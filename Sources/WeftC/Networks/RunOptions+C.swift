import CWeft
import Loom

extension weft_run_options {
  /// WEFT_RUN_OPTIONS_INIT, which Swift does not see.
  static var initial: weft_run_options {
    var options = weft_run_options()
    options.size = MemoryLayout<weft_run_options>.size
    options.threads = 1
    return options
  }

  /// The machine asked for. Throws `INVALID_ARGUMENT`.
  func machine() throws(CallFailure) -> Machine {
    guard let array else { return Machine(.loom1) }
    let name = try CText.read(array)
    guard let machine = Machine(name) else {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "there is no array '\(name)'")
    }
    return machine
  }

  /// How the array runs. Throws `INVALID_ARGUMENT`.
  func runOptions() throws(CallFailure) -> RunOptions {
    guard executor == 0 || executor == 1 else {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "there is no executor \(executor)")
    }
    guard conventions == 0 || conventions == 1 else {
      throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "there are no conventions \(conventions)")
    }
    guard (1...1024).contains(threads) else { throw CallFailure(WEFT_ERROR_INVALID_ARGUMENT, "\(threads) threads") }
    return RunOptions(
      executor: executor == 0 ? .fast : .register,
      timing: TimingOptions(
        precision: spends_profile != 0 ? .profile : .dynamic, conventions: conventions == 0 ? .paper : .dnnsim,
        trims: trims_to_profile != 0 || spends_profile != 0),
      mapping: maps_best != 0 ? .best : .fixed, cyclesOnly: cycles_only != 0, threads: Int(threads))
  }
}

extension weft_layer_run {
  /// What a C caller is told of a layer.
  init(_ run: LayerRun) {
    self.init()
    let timing = run.timing
    macs = Int64(run.multiplications)
    cycles = Int64(timing.cycles)
    dpnn_cycles = Int64(run.baselineCycles)
    steps = Int64(timing.steps)
    bit_products = Int64(timing.bitProducts)
    simulated_cycles = run.simulatedCycles.map { Int64($0) } ?? -1
    transposer_cycles = Int64(timing.transposerCycles)
    transposer_stalls = Int64(timing.transposerStalls)
    weight_loads = Int64(timing.weightLoads)
    activation_rows = Int64(timing.activationRows)
    weight_rows = Int64(timing.weightRows)
    utilization = timing.utilization
    activation_bits = timing.activationBits
    weight_bits = timing.weightBits
  }
}
