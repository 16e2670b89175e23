import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `run`, `explain`, `compare`, `traffic`, `trace`, `sweep` on the embedded networks.
@Suite struct ArrayCommandTests {
  private let folder: Scratch
  private static let networks = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/networks")
  private let int8 = networks.appending(path: "digits_int8").path
  private let fixed16 = networks.appending(path: "digits_fixed16").path

  init() throws { folder = try Scratch() }

  @Test func `a folder and its container run alike, with every result checked`() throws {
    let packed = (folder / "n.weft").path
    #expect(try WeftRun.run(["pack", fixed16, "-o", packed]).code == 0)
    for options in [[], ["--trim", "profile"], ["--executor", "register", "--array", "loom-2b"]] as [[String]] {
      var cycles: [Int] = []
      for input in [fixed16, packed] {
        let result = try WeftRun.run(["run", input, "--check", "--json"] + options)
        #expect(result.code == 0, "\(result.errors)")
        let report = try result.json()
        #expect(report["accumulator_mismatches"] as? Int == 0 && report["output_mismatches"] as? Int == 0)
        let layers = try #require(report["layers"] as? [[String: Any]])
        let keys = [
          "name", "type", "macs", "cycles", "dpnn_cycles", "speedup", "utilization", "accumulators_checked",
          "accumulator_mismatches", "output_mismatches",
        ]
        #expect(layers.allSatisfy { layer in keys.allSatisfy { layer[$0] != nil } })
        #expect(layers.contains { ($0["accumulators_checked"] as? Int ?? 0) > 0 })
        cycles.append(try #require(report["cycles"] as? Int))
        #expect(layers.reduce(0) { $0 + ($1["cycles"] as! Int) } == cycles.last)
      }
      #expect(cycles[0] == cycles[1])
    }
  }

  @Test func `stored sums are what a run is held against`() throws {
    let copy = folder / "copy"
    try FileManager.default.copyItem(atPath: int8, toPath: copy.path)
    let sums = copy.appending(path: "accumulators/s0/conv04.npy")
    var bytes = try Data(contentsOf: sums)
    bytes[bytes.count - 4] ^= 1
    try bytes.write(to: sums)
    let result = try WeftRun.run(["run", copy.path, "--check"])
    #expect(result.code == 1)
    #expect(result.errors.contains("layer 'conv04': accumulator"), "\(result.errors)")
  }

  @Test func `a container runs with an input of its own, from a file or standard input`() throws {
    let packed = folder / "n.weft"
    #expect(try WeftRun.run(["pack", int8, "-o", packed.path, "--samples", "0"]).code == 0)
    let input = ["--input", int8 + "/activations/s0/input.npy"]
    let expected = try WeftRun.run(["run", int8, "--json"]).json()["cycles"] as? Int
    let file = try WeftRun.run(["run", packed.path, "--check", "--json"] + input)
    #expect(file.code == 0, "\(file.errors)")
    #expect(try file.json()["cycles"] as? Int == expected)
    let piped = try WeftRun.run(["run", "-", "--json"] + input, input: try Data(contentsOf: packed))
    #expect(piped.code == 0, "\(piped.errors)")
    #expect(try piped.json()["cycles"] as? Int == expected)
    let without = try WeftRun.run(["run", packed.path])
    #expect(without.code == 1 && without.errors.contains("--input"))
  }

  @Test func `a damaged container does not run`() throws {
    let packed = folder / "n.weft"
    #expect(try WeftRun.run(["pack", int8, "-o", packed.path]).code == 0)
    let bytes = try Data(contentsOf: packed)
    for place in stride(from: 100, to: bytes.count - 8, by: bytes.count / 25) {
      var damaged = bytes
      damaged[place] ^= 0x10
      try damaged.write(to: folder / "d.weft")
      let result = try WeftRun.run(["run", (folder / "d.weft").path, "--check"])
      // The samples' other activations are not read by a run without them being compared.
      if result.code != 0 {
        #expect(result.code == 1)
        #expect(
          result.errors.hasPrefix("weft: ") && result.errors.split(separator: "\n").count == 1, "\(result.errors)")
      }
    }
  }

  @Test func `wrong options are refused with exit code 2, wrong inputs with 1`() throws {
    for arguments in [
      ["run", int8, "--array", "tpu"], ["run", int8, "--check", "--cycles-only"], ["run", int8, "--trace", "a:0:0"],
      ["traffic", int8, "--offchip", "gzip"], ["traffic", int8, "--channel", "ddr5"],
      ["compare", int8, "--group-size", "9"],
      ["trace", int8, "--for", "dramsim3"], ["trace", int8, "--for", "ramulator2", "-o", "x", "--config", "y"],
      ["sweep", "x.json", "-o", "out.txt"],
    ] {
      let result = try WeftRun.run(arguments)
      #expect(result.code == 2, "\(arguments)")
      #expect(result.errors.hasPrefix("weft: ") && result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }
    let array = folder / "a.npy"
    try Npy.int8([1, 2, 3], shape: [3]).write(to: array)
    for arguments in [
      ["run", array.path], ["run", int8, "--sample", "none"], ["run", int8, "--trim", "profile"],
      ["traffic", array.path], ["explain", array.path, "t"], ["sweep", array.path, "-o", (folder / "o.csv").path],
    ] {
      let result = try WeftRun.run(arguments)
      #expect(result.code == 1, "\(arguments): \(result.errors)")
      #expect(result.errors.hasPrefix("weft: ") && result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }
    #expect(folder.files == ["a.npy"])
  }

  @Test func `a group is explained down to its bytes`() throws {
    let packed = folder / "n.weft"
    #expect(try WeftRun.run(["pack", int8, "-o", packed.path]).code == 0)
    let bytes = try Data(contentsOf: packed)
    for group in ["0", "3", "11"] {
      let report = try WeftRun.run(["explain", packed.path, "weights/conv04_w", "--group", group, "--json"]).json()
      let values = try #require(report["packed_values"] as? [Int])
      let planes = try #require(report["planes"] as? [[String: Any]])
      #expect(planes.count == report["precision"] as? Int)
      var rebuilt = [Int](repeating: 0, count: values.count)
      for plane in planes {
        let number = plane["plane"] as! Int
        let stored = plane["bytes"] as! [Int]
        let offset = plane["offset"] as! Int
        #expect(stored == bytes[offset..<offset + stored.count].map { Int($0) })
        for lane in values.indices where stored[lane / 8] >> (lane % 8) & 1 == 1 {
          rebuilt[lane] += number == planes.count - 1 ? -(1 << number) : 1 << number
        }
      }
      #expect(rebuilt == values)
    }
    let beyond = try WeftRun.run(["explain", packed.path, "weights/conv04_w", "--group", "99999"])
    #expect(beyond.code == 1 && beyond.errors.contains("group"))
  }

  @Test func `compare names every scheme, and its totals are sums`() throws {
    let report = try WeftRun.run(["compare", int8, "--json"]).json()
    let tensors = try #require(report["tensors"] as? [[String: Any]])
    let names = [
      "raw", "layer", "dpred16", "shapeshifter16", "zvc", "zero_rle", "weft", "weft_array", "zstd_3", "zstd_19",
      "planes_zstd_3", "entropy0",
    ]
    let totals = try #require(report["totals"] as? [String: [String: Any]])
    for kind in ["weights", "activations", "bias"] {
      let rows = tensors.filter { $0["kind"] as? String == kind }
      #expect(!rows.isEmpty)
      for name in names {
        let sum = rows.reduce(0.0) { $0 + (($1["schemes"] as! [String: Any])[name] as! NSNumber).doubleValue }
        let total = ((totals[kind]!["schemes"] as! [String: Any])[name] as! NSNumber).doubleValue
        #expect(abs(sum - total) < 1e-6, "\(kind) \(name)")
      }
    }
  }

  @Test func `traffic, its trace and the channel agree`() throws {
    let options = ["--activation-memory", "3000"]
    let report = try WeftRun.run(["traffic", int8, "--json", "--csv", (folder / "t.csv").path] + options).json()
    let layers = try #require(report["layers"] as? [[String: Any]])
    let total = try #require(report["total"] as? [String: Any])
    let bytes = layers.reduce(0) { $0 + ($1["burst_bytes"] as! Int) }
    #expect(total["burst_bytes"] as? Int == bytes)
    for layer in layers {
      let moved = ["weights", "inputs", "outputs"].reduce(0) {
        $0 + ((layer[$1] as! [String: Any])["burst_bytes"] as! Int)
      }
      #expect(moved == layer["burst_bytes"] as? Int)
    }
    let cycles = try WeftRun.run(["run", int8, "--json"]).json()["cycles"] as! Int
    #expect((total["compute_ns"] as! NSNumber).doubleValue == Double(cycles))
    let trace = folder / "t.trace"
    let written = try WeftRun.run(["trace", int8, "--for", "dramsim3", "-o", trace.path, "--json"] + options).json()
    #expect(written["requests"] as? Int == bytes / 32)
    let channel = try WeftRun.run(["channel", trace.path, "--json"]).json()
    let time = (channel["time_ns"] as! NSNumber).doubleValue
    #expect(abs(time - (total["dram_ns"] as! NSNumber).doubleValue) < 1e-6)
    let csv = try String(contentsOf: folder / "t.csv", encoding: .utf8)
    #expect(csv.split(separator: "\n").count == layers.count + 1)
  }

  @Test(
    arguments: [("dramsim3", "ini"), ("ramulator1", nil), ("ramulator2", nil), ("dramsys", "json")]
      as [(String, String?)])
  func `the trace of each tool is the golden one`(tool: String, configuration: String?) throws {
    let golden = Self.networks.deletingLastPathComponent().appending(path: "traces")
    let trace = folder / "t"
    let config = folder / "c"
    let options = configuration == nil ? [] : ["--config", config.path]
    #expect(try WeftRun.run(["trace", int8, "--for", tool, "-o", trace.path] + options).code == 0)
    let expected = try Data(contentsOf: golden.appending(path: "digits_int8.\(tool)"))
    #expect(try Data(contentsOf: trace) == expected)
    if let configuration {
      let file = golden.appending(path: "lpddr4-4267.\(tool).\(configuration)")
      #expect(try Data(contentsOf: config) == Data(contentsOf: file))
    }
  }

  @Test func `the page stands alone, is well formed, and says what the document says`() throws {
    let copy = folder / "copy"
    try FileManager.default.copyItem(atPath: int8, toPath: copy.path)
    let graph = copy.appending(path: "network.json")
    let text = try String(contentsOf: graph, encoding: .utf8)
    let hostile = "<script>alert('&\"')</script>"
    let escaped = "<script>alert('&\\\"')</script>"
    #expect(text.contains("\"conv06\""))
    // The layer's name, not its output's: names of layers come from files as they are.
    let renamed = text.replacingOccurrences(of: "\"name\": \"conv06\"", with: "\"name\": \"\(escaped)\"")
    #expect(renamed != text)
    try renamed.write(to: graph, atomically: true, encoding: .utf8)
    let page = folder / "p.html"
    let result = try WeftRun.run(["traffic", copy.path, "--json", "--html", page.path])
    #expect(result.code == 0, "\(result.errors)")
    let html = try String(contentsOf: page, encoding: .utf8)
    #expect(!html.contains("<script") && html.contains("&lt;script&gt;") && !html.contains(hostile))
    for outside in ["http:", "https:", "src=", "@import", "url("] { #expect(!html.contains(outside), "\(outside)") }
    let parser = XMLParser(data: Data(html.replacingOccurrences(of: "<!DOCTYPE html>", with: "").utf8))
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "") at line \(parser.lineNumber)")
    let total = try #require(try result.json()["total"] as? [String: Any])
    let bytes = total["burst_bytes"] as! Int
    #expect(html.replacingOccurrences(of: "\u{202F}", with: "").contains(">\(bytes)<"))
    for title in ["Traffic of each layer", "Precisions of the groups", "Cycles against DPNN", "Every layer"] {
      #expect(html.contains(title))
    }
  }

  @Test func `a sweep that was cut off ends as if it had not been`() throws {
    let plan = folder / "s.json"
    try #"""
    {"networks": ["\#(int8)", "\#(fixed16)"], "machines": ["loom-1b", "dpnn"], "schemes": ["array", "raw"],
     "activation_memories": [0, 4096], "widths": ["x16", "x32"]}
    """#.write(to: plan, atomically: true, encoding: .utf8)
    let whole = folder / "whole.csv"
    let report = try WeftRun.run(["sweep", plan.path, "-o", whole.path, "--json"]).json()
    #expect(report["configurations"] as? Int == 32 && report["done"] as? Int == 32)
    let expected = try String(contentsOf: whole, encoding: .utf8)
    #expect(expected.split(separator: "\n").count == 33)
    // A journal with some rows and a line that was cut off.
    let resumed = folder / "resumed.csv"
    let first = try WeftRun.run(["sweep", plan.path, "-o", resumed.path, "-T", "1"])
    #expect(first.code == 0)
    let journal = folder / "again.csv.part"
    let identity = try #require(Self.identity(plan.path, folder))
    try (identity + "\n{\"index\": 3, \"row\":").write(to: journal, atomically: true, encoding: .utf8)
    #expect(try WeftRun.run(["sweep", plan.path, "-o", (folder / "again.csv").path]).code == 0)
    for name in ["resumed.csv", "again.csv"] {
      let text = try String(contentsOf: folder / name, encoding: .utf8)
      #expect(text == expected, "\(name)")
    }
    #expect(!folder.files.contains { $0.hasSuffix(".part") })
    let other = folder / "other.csv"
    try "something else\n".write(to: folder / "other.csv.part", atomically: true, encoding: .utf8)
    let refused = try WeftRun.run(["sweep", plan.path, "-o", other.path])
    #expect(refused.code == 1 && refused.errors.contains("another sweep"))
  }

  /// The first line of a sweep's journal: its specification with every default, keys sorted.
  private static func identity(_ plan: String, _ folder: Scratch) -> String? {
    guard let data = FileManager.default.contents(atPath: plan),
      var object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return nil }
    object["channels"] = ["lpddr4-4267"]
    object["weight_memories"] = [524288]
    object["batches"] = [1]
    let text = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return text.map { String(decoding: $0, as: UTF8.self) }
  }
}
