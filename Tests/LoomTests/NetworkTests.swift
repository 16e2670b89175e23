import Foundation
import Loom
import Networks
import TensorFiles
import TestSupport
import Testing
import Weft

/// A network folder, packed when it is asked for.
private struct PackedNetwork {
  let graph: LayerGraph
  let arrays: [String: NetworkArray]

  init(_ path: String, samples: Int = 1) throws {
    let model = try NetworkFolder(path).model(sampleCount: samples)
    graph = try #require(model.graph)
    arrays = Dictionary(uniqueKeysWithValues: model.arrays.map { ($0.name, $0) })
  }

  var source: OperandSource {
    OperandSource(
      packed: { name, order in
        guard case .tensor(let tensor)? = arrays[name] else { return nil }
        return try OperandPacking(kernel: .best).pack(tensor, order: order)
      }, integers: { arrays[$0]?.integers })
  }

  func check(_ machine: Machine, _ options: RunOptions) throws -> (layers: [LayerRun], checks: [String: LayerCheck]) {
    let arrays = arrays
    let sample = graph.samples[0].name
    let run = try NetworkRun(graph: graph, machine: machine, options: options, kernel: .best, source: source)
    let check = try RunCheck(
      graph: graph, sample: sample, options: options, source: source, parameters: { arrays[$0] })
    run.observer = check
    var layers: [LayerRun] = []
    try run.run(sample: sample) { layers.append($0) }
    #expect(run.leftOut.allSatisfy { $0.contains("softmax") })
    return (layers, check.checks)
  }
}

@Suite struct NetworkTests {
  private static let loom = [Machine(.loom1), Machine(.loom2), Machine(.loom4)]
  private static let embedded = SharedFiles.networks.filter { $0.contains("/Fixtures/networks/") }

  private func expectNoMismatch(_ path: String, _ machine: Machine, _ options: RunOptions) throws {
    let network = try PackedNetwork(path)
    let (layers, checks) = try network.check(machine, options)
    #expect(!layers.isEmpty)
    var compared = 0
    for run in layers {
      let check = try #require(checks[run.layer.name])
      #expect(
        check.accumulatorMismatches + check.outputMismatches == 0 && !check.hasExtremeMismatch,
        "\(path) \(run.layer.name): \(check)")
      compared += check.accumulatorsChecked + check.outputsChecked
      if let simulated = run.simulatedCycles { #expect(simulated == run.timing.cycles, "\(run.layer.name)") }
    }
    #expect(compared > 0)
  }

  @Test func `embedded networks run without a difference on every machine with both executors`() throws {
    for path in Self.embedded {
      for kind in Machine.Kind.allCases {
        for executor in RunOptions.Executor.allCases {
          try expectNoMismatch(path, Machine(kind), RunOptions(executor: executor, threads: 2))
        }
      }
    }
  }

  @Test func `fixed-point networks run trimmed, with dynamic widths and with the profile's`() throws {
    if SharedFiles.shared == nil { SharedFiles.skip("no shared fixture networks") }
    for path in SharedFiles.networks where path.contains("fixed16") {
      #if DEBUG
        if path.contains("squeezenet") { continue }
      #endif
      for precision in TimingOptions.Precision.allCases {
        let options = RunOptions(timing: TimingOptions(precision: precision, trims: true), threads: 2)
        for machine in Self.loom { try expectNoMismatch(path, machine, options) }
      }
    }
  }

  @Test func `shared networks run without a difference`() throws {
    guard SharedFiles.shared != nil else { return SharedFiles.skip("no shared fixture networks") }
    for path in SharedFiles.networks where !Self.embedded.contains(path) {
      #if DEBUG
        if path.contains("squeezenet") {
          print("SKIPPED in debug: \(path) runs in release only")
          continue
        }
      #endif
      for machine in Self.loom { try expectNoMismatch(path, machine, RunOptions(threads: 2)) }
      if path.contains("dscnn") || path.contains("resnet8_cifar10_int8") || path.contains("autoencoder") {
        #if !DEBUG
          try expectNoMismatch(path, Machine(.loom1), RunOptions(executor: .register))
        #endif
      }
    }
  }

  @Test func `cycles alone are those of the whole run`() throws {
    for path in Self.embedded {
      let network = try PackedNetwork(path)
      for machine in Self.loom {
        let whole = try network.check(machine, RunOptions()).layers.map(\.timing)
        var alone: [LayerTiming] = []
        let run = try NetworkRun(
          graph: network.graph, machine: machine, options: RunOptions(cyclesOnly: true), kernel: .best,
          source: network.source)
        try run.run(sample: network.graph.samples[0].name) { alone.append($0.timing) }
        #expect(alone == whole)
      }
    }
  }

  /// Rows of DNNsim that its column counter, which is not reset between passes, makes differ.
  private func isSlip(_ run: LayerRun, columns: Int, rows: Int) -> Bool {
    guard run.layer.operation == .fullyConnected, let shape = run.layer.weights?.shape else { return false }
    return shape[0] > rows && (shape[1] + 15) / 16 % columns != 0
  }

  /// The cells of a line; the configuration may be quoted, because it holds commas.
  private static func cells(_ line: Substring) -> [String] {
    let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
    func cut(_ text: Substring) -> [String] {
      text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    }
    guard parts.count == 3 else { return cut(line) }
    return cut(parts[0].dropLast()) + [String(parts[1])] + cut(parts[2].dropFirst())
  }

  @Test func `DNNsim's cycles come out by its conventions`() throws {
    guard let shared = SharedFiles.shared else { return SharedFiles.skip("no DNNsim table") }
    let table = try String(contentsOfFile: shared + "/dnnsim/cycles.csv", encoding: .utf8)
    var runs: [String: [LayerRun]] = [:]
    var (compared, slips) = (0, 0)
    for line in table.split(separator: "\n").dropFirst() {
      let cells = Self.cells(line)
      let (network, layer, architecture, configuration) = (cells[0], cells[1], cells[2], cells[3])
      guard layer != "TOTAL", let cycles = Int(cells[4]) else { continue }
      #if DEBUG
        if network.contains("squeezenet") { continue }
      #endif
      func number(_ key: String) -> Int {
        let word = configuration.split(whereSeparator: { " ;".contains($0) }).first { $0.hasPrefix(key) }
        return word.flatMap { Int($0.dropFirst(key.count)) } ?? 1
      }
      let kind: Machine.Kind =
        switch architecture {
        case "DaDianNao": .dpnn
        case "Stripes": .stripes
        case "DynStripes(ShapeShifter)": .dynamicStripes
        default: number("serial") == 1 ? .loom1 : number("serial") == 2 ? .loom2 : .loom4
        }
      let (rows, columns) = (number("rows") * number("tiles"), number("cols"))
      let sample = configuration.contains("sample=s1") ? "s1" : "s0"
      let key = "\(network) \(architecture) \(configuration)"
      if runs[key] == nil {
        let loaded = try PackedNetwork(shared + "/fixtures/" + network, samples: 2)
        let options = RunOptions(
          timing: TimingOptions(
            weightPrecision: architecture == "Loom-dynw" ? .step : .layer, conventions: .dnnsim,
            trims: configuration.contains("profile-trimmed"),
            simulatorOrder: configuration.contains("ncwh") ? .rows : .columns),
          cyclesOnly: true)
        let run = try NetworkRun(
          graph: loaded.graph,
          machine: Machine(kind, geometry: try #require(ArrayGeometry(rows: rows, columns: columns))),
          options: options, kernel: .best, source: loaded.source)
        var layers: [LayerRun] = []
        try run.run(sample: sample) { layers.append($0) }
        runs[key] = layers
      }
      let run = try #require(
        runs[key]?.first { $0.layer.name.replacingOccurrences(of: "/", with: "-") == layer }, "\(network) \(layer)")
      if isSlip(run, columns: columns, rows: rows), kind != .dpnn, kind != .stripes {
        slips += 1
        continue
      }
      #expect(run.timing.cycles == cycles, "\(key) \(layer)")
      compared += 1
    }
    print("\(compared) rows of DNNsim equal, \(slips) left out for its column counter")
    #expect(compared > 300)
  }
}
