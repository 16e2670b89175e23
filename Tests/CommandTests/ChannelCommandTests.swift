import Foundation
import Testing

@Suite struct ChannelCommandTests {
  let folder: Scratch

  init() throws { folder = try Scratch() }

  private func run(_ trace: String, _ arguments: String...) throws -> WeftRun.Result {
    try WeftRun.run(["channel", "-"] + arguments, input: Data(trace.utf8))
  }

  @Test func `a lone read has the published numbers and every key`() throws {
    let result = try run("0x4000 READ 0\n", "--json")
    #expect(result.code == 0, "\(result.errors)")
    let json = try result.json()
    let expected: [String: Double] = [
      "cycles": 94, "time_ns": 44.0625, "reads": 1, "writes": 0, "read_bytes": 32, "write_bytes": 0, "activates": 1,
      "precharges": 0, "refreshes": 0, "row_hits": 0, "bandwidth_gbps": 32 / 44.0625,
      "peak_fraction": 32 / 44.0625 / (12_800.0 / 3 * 2 / 1_000), "read_latency_ns_mean": 44.0625,
      "read_latency_ns_p99": 44.0625,
    ]
    for (key, value) in expected {
      let found = try #require(json[key] as? Double, "\(key)")
      #expect(abs(found - value) < 1e-9, "\(key)")
    }
    let energy = try #require(json["energy_pj"] as? [String: Double])
    for key in ["activate", "read", "write", "refresh", "background", "io", "core", "total"] {
      #expect(energy[key] != nil, "\(key)")
    }
  }

  @Test func `histograms come when asked for`() throws {
    let trace = "0 READ 0\n20 WRITE 5000\n40 READ 6000\n"
    let json = try run(trace, "--histograms", "--json").json()
    #expect(json["read_latency_histogram"] as? [[Int]] == [[55, 1], [94, 1]])
    #expect(json["write_latency_histogram"] as? [[Int]] == [[30, 1]])
    #expect(try run(trace, "--json").json()["read_latency_histogram"] == nil)
  }

  @Test func `an empty trace is a result`() throws {
    for trace in ["", "\n", " \r\n\t\n"] {
      let result = try run(trace, "--json")
      #expect(result.code == 0, "\(result.errors)")
      #expect(try result.json()["cycles"] as? Int == 0)
    }
    #expect(try run("").code == 0)
  }

  @Test func `traces come plain, as gzip and from standard input`() throws {
    let trace = (0..<5_000).map { "\(String($0 * 32, radix: 16)) \($0 % 3 == 0 ? "WRITE" : "READ") \($0 * 5)\n" }
      .joined()
    let plain = folder / "t.trace"
    try Data(trace.utf8).write(to: plain)
    let gzip = Process()
    gzip.executableURL = URL(filePath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-k", plain.path]
    try gzip.run()
    gzip.waitUntilExit()
    let reference = try WeftRun.run(["channel", plain.path, "--json"])
    #expect(reference.code == 0)
    #expect(try WeftRun.run(["channel", plain.path + ".gz", "--json"]).output == reference.output)
    #expect(try WeftRun.run(["channel", "-", "--json"], input: Data(trace.utf8)).output == reference.output)
    let packed = try Data(contentsOf: URL(filePath: plain.path + ".gz"))
    #expect(try WeftRun.run(["channel", "-", "--json"], input: packed).output == reference.output)
    try packed.prefix(packed.count / 2).write(to: folder / "cut.gz")
    let cut = try WeftRun.run(["channel", (folder / "cut.gz").path])
    #expect(cut.code == 1)
    #expect(cut.errors.contains("cut.gz: cannot read"))
  }

  @Test func `a closed loop ignores cycles and sizes the queue`() throws {
    let trace = (0..<40).map { "\(String($0 * 32, radix: 16)) READ \(1_000_000 - $0)\n" }.joined()
    let closed = try run(trace, "--closed-loop", "32", "--json")
    #expect(try closed.json()["cycles"] as? Int == 39 + 8 * 39 + 55)
    #expect(try run("0 READ 5\n20 READ 4\n").code == 1)
  }

  @Test(arguments: [
    ("0 READ 0\n21 READ 0\n", "line 2", "multiple of 32"), ("40000000 READ 0\n", "line 1", "below 0x40000000"),
    ("0 READ 0\n\n0 ERASE 0\n", "line 3", "READ or WRITE"), ("0 READ\n", "line 1", "ADDRESS READ|WRITE CYCLE"),
    ("0 READ 0 0\n", "line 1", "ADDRESS"), ("g READ 0\n", "line 1", "hexadecimal"),
    ("0 READ -1\n", "line 1", "decimal"),
    ("0 READ 5\n20 READ 4", "line 2", "at least 5"), ("0x READ 0\n", "line 1", "hexadecimal"),
    ("0 READ 99999999999999999999999\n", "line 1", "at most"), ("-20 READ 0\n", "line 1", "hexadecimal"),
    ("fffffffffffffffffffffffffffffffff READ 0\n", "line 1", "below"),
  ])
  func `a bad line is one error that names it`(trace: String, place: String, expected: String) throws {
    let result = try run(trace, "--json")
    #expect(result.code == 1)
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("weft: standard input: "))
    #expect(result.errors.split(separator: "\n").count == 1)
    for word in [place, expected] { #expect(result.errors.contains(word), "\(result.errors)") }
  }

  @Test func `any bytes end in a result or one line`() throws {
    var state: UInt64 = 99
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let words = [
      "0", "20", "0x40", "READ", "WRITE", " ", "\n", "\t", "7", "1000000000000000", "\0", "é", "#", "-", "\r",
    ]
    for _ in 0..<150 {
      var bytes: [UInt8] = []
      for _ in 0..<random(60) {
        if random(4) == 0 { bytes.append(UInt8(random(256))) } else { bytes += Array(words[random(words.count)].utf8) }
      }
      let result = try WeftRun.run(["channel", "-", "--json"], input: Data(bytes))
      #expect(result.code == 0 || result.code == 1, "\(bytes)")
      #expect(result.errors.split(separator: "\n").count == (result.code == 0 ? 0 : 1), "\(bytes)")
    }
    let endless = try WeftRun.run(["channel", "-"], input: Data(repeating: 0x30, count: 1 << 20))
    #expect(endless.code == 1)
    #expect(endless.errors.contains("line is too long (line 1"))
  }

  @Test func `late requests take no time`() throws {
    let result = try run("0 READ 0\n20 READ 1000000000000000\n", "--json")
    let json = try result.json()
    #expect(json["refreshes"] as? Int == 1_000_000_000_000_000 / 8_328)
    #expect(json["cycles"] as? Int ?? 0 > 1_000_000_000_000_000)
  }

  @Test func `impossible channels and wrong usage are told apart`() throws {
    for arguments in [["--banks", "0"], ["--timing", "nRFCab=9000"], ["--mapping", "RRR"], ["--postpone", "9"]] {
      let result = try WeftRun.run(["channel", "-"] + arguments, input: Data())
      #expect(result.code == 1, "\(arguments)")
      #expect(result.errors.hasPrefix("weft: -: no such channel: "), "\(result.errors)")
    }
    for arguments in [
      ["--speed", "4000"], ["--density", "5"], ["--closed-loop", "0"], ["--page", "ajar"], ["--refresh", "never"],
      ["--timing", "nXYZ=3"], ["--split-queues", "1,2"], ["--burst-length", "8"], ["--width", "x64"],
    ] {
      #expect(try WeftRun.run(["channel", "-"] + arguments, input: Data()).code == 2, "\(arguments)")
    }
    let missing = try WeftRun.run(["channel", (folder / "none").path])
    #expect(missing.code == 1)
    #expect(missing.errors.contains("none: cannot open"))
    #expect(try WeftRun.run(["channel", folder.url.path]).code == 1)
  }

  @Test func `commands can be written to a file`() throws {
    let log = folder / "commands.txt"
    #expect(try run("4000 READ 0\n8000 READ 0\n", "--commands", log.path, "-q").code == 0)
    let expected = "0 ACT 0 1 -\n39 RD 0 1 0\n92 PRE 0 - -\n129 ACT 0 2 -\n168 RD 0 2 0\n"
    #expect(try String(contentsOf: log, encoding: .utf8) == expected)
    #expect(try run("4000 READ 0\n", "--commands", log.path).code == 1)
    #expect(try run("oops\n", "--commands", log.path, "-f").code == 1)
    #expect(try String(contentsOf: log, encoding: .utf8) == expected)
  }

  @Test func `two channels read twice as fast`() throws {
    let trace = (0..<65_536).map { "\(String($0 * 32, radix: 16)) READ 0\n" }.joined()
    let json = try run(trace, "--closed-loop", "32", "--width", "x32", "--json").json()
    let bandwidth = try #require(json["bandwidth_gbps"] as? Double)
    #expect(abs(bandwidth - 15.63) < 0.05)
    #expect(json["channels"] as? Int == 2)
  }
}
