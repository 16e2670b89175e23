import Foundation
import Testing
import Weft

@Suite struct FailureTests {
  let folder: Scratch
  let input: URL
  let packed: URL

  init() throws {
    folder = try Scratch()
    input = folder / "in.npy"
    packed = folder / "out.weft"
    try Npy.int8((0..<100).map { Int8($0) }, shape: [100]).write(to: input)
  }

  /// One line on standard error that begins with the command's name.
  private func expectFailure(_ run: WeftRun.Result, code: Int32 = 1, _ words: String...) {
    #expect(run.code == code, "\(run.errors)")
    #expect(run.output.isEmpty)
    if code == 1 {
      #expect(run.errors.hasPrefix("weft: "))
      #expect(run.errors.split(separator: "\n").count == 1)
    }
    for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
  }

  @Test func `an existing output is kept unless -f is given`() throws {
    #expect(try WeftRun.run(["pack", input.path, "-o", packed.path]).code == 0)
    let before = try Data(contentsOf: packed)
    expectFailure(try WeftRun.run(["pack", input.path, "-o", packed.path, "--group-size", "8"]), "already exists")
    #expect(try Data(contentsOf: packed) == before)
    #expect(try WeftRun.run(["pack", input.path, "-o", packed.path, "--group-size", "8", "-f"]).code == 0)
    #expect(try Data(contentsOf: packed) != before)
  }

  @Test func `a failure leaves no file behind`() throws {
    expectFailure(
      try WeftRun.run(["pack", input.path, "-o", packed.path, "--precisions", "0,2"]), "no table entry", "in")
    expectFailure(try WeftRun.run(["pack", input.path, "-o", packed.path, "--order", "filters"]), "lane order")
    expectFailure(try WeftRun.run(["pack", (folder / "none.npy").path, "-o", packed.path]), "none.npy")
    #expect(folder.files == ["in.npy"])
  }

  @Test func `a changed byte is found and its place named`() throws {
    #expect(try WeftRun.run(["pack", input.path, "-o", packed.path]).code == 0)
    let good = try Data(contentsOf: packed)
    for place in stride(from: 0, to: good.count, by: 37) {
      var bad = good
      bad[place] ^= 0x10
      try bad.write(to: packed)
      let run = try WeftRun.run(["test", packed.path])
      expectFailure(run, packed.path)
      #expect(run.errors.contains("offset"), "\(run.errors)")
    }
    try good.prefix(100).write(to: packed)
    expectFailure(try WeftRun.run(["test", packed.path]))
    let report = try WeftRun.run(["test", packed.path, "--json"])
    #expect(report.code == 1)
    #expect(try report.json()["ok"] as? Bool == false)
  }

  @Test func `wrong usage ends with 2`() throws {
    for arguments in [
      [], ["frobnicate"], ["pack"], ["pack", input.path, "--group-size", "12"], ["pack", input.path, "--order", "x"],
      ["pack", input.path, "--block", "17"], ["pack", input.path, "--precisions", "0,17"],
      ["pack", input.path, "--zero-compaction", "maybe"], ["pack", input.path, "--rebase", "x"],
      ["pack", input.path, "--layout", "QQ"], ["pack", "-"], ["list"], ["unpack", "-"],
    ] {
      expectFailure(try WeftRun.run(arguments), code: 2)
    }
  }

  @Test func `an unknown kernel is an error`() throws {
    expectFailure(
      try WeftRun.run(["pack", input.path, "-o", packed.path], environment: ["WEFT_KERNEL": "warp"]), "warp",
      "scalar")
  }

  @Test func `output that cannot be written is a failure`() throws {
    #expect(try WeftRun.run(["pack", input.path, "-o", packed.path]).code == 0)
    let process = Process()
    process.executableURL = WeftRun.binary
    process.arguments = ["list", packed.path]
    process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
  }

  @Test func `names too long for a file system are cut`() throws {
    var writer = try ContainerWriter(ArraySink(), kernel: Kernel.best)
    for ending in ["a", "b"] {
      let name = String(repeating: "ä", count: 500) + ending
      let descriptor = TensorDescriptor(name: name, shape: [1], elementType: .int8)
      try writer.append(QuantizedTensor(descriptor: descriptor, values: [1]), settings: .raw(.int8))
    }
    try Data(try writer.finish().sink.bytes).write(to: packed)
    let run = try WeftRun.run(["unpack", packed.path, "-o", (folder / "o").path])
    #expect(run.code == 0, "\(run.errors)")
    #expect(folder.files.count { $0.hasPrefix("o/") } == 2)
  }

  @Test func `names that look alike are different names, and any name is listed as it is`() throws {
    let names = ["\u{E9}", "e\u{301}", "quote\" back\\ slash/ tab\t bell\u{7} line\n", "日本"]
    var writer = try ContainerWriter(ArraySink(), kernel: Kernel.best)
    for (index, name) in names.enumerated() {
      let descriptor = TensorDescriptor(name: name, shape: [1], elementType: .int8)
      try writer.append(QuantizedTensor(descriptor: descriptor, values: [Int32(index)]), settings: .raw(.int8))
    }
    let record = StoredRecord(name: "\u{7F}", typeName: "int8", shape: [2], byteCount: 2)
    try [UInt8](arrayLiteral: 1, 2).withUnsafeBytes { try writer.append(record, data: $0) }
    try Data(try writer.finish().sink.bytes).write(to: packed)
    #expect(try WeftRun.run(["test", packed.path]).code == 0)
    let document = try WeftRun.run(["list", packed.path, "--json"]).json()
    let listed = try #require(document["tensors"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    #expect(listed.map { Array($0.utf8) } == names.map { Array($0.utf8) })
    let stored = try #require(document["stored"] as? [[String: Any]])
    #expect(stored.map { $0["name"] as? String } == ["\u{7F}"])
    #expect(stored[0]["shape"] as? [Int] == [2])
    // Columns are aligned by characters, not bytes.
    let lines = try WeftRun.run(["list", packed.path]).text.split(separator: "\n")
    #expect(lines[1].count == lines[2].count)
    let part = folder / "part.npy"
    #expect(try WeftRun.run(["unpack", packed.path, "--tensor", names[1], "-o", part.path]).code == 0)
    #expect(try Data(contentsOf: part).last == 1)
    // An error is one line, whatever a name holds.
    expectFailure(try WeftRun.run(["unpack", packed.path, "--tensor", "no\nsuch"]), "no?such")
  }

  @Test func `names in a container cannot lead outside the folder`() throws {
    var writer = try ContainerWriter(ArraySink(), kernel: Kernel.best)
    for name in ["../up", "/etc/x", "a/./b", "a//c", "100%", "plain/name"] {
      let descriptor = TensorDescriptor(name: name, shape: [1], elementType: .int8)
      let tensor = QuantizedTensor(descriptor: descriptor, values: [1])
      try writer.append(tensor, settings: .raw(.int8))
    }
    try Data(try writer.finish().sink.bytes).write(to: packed)
    let run = try WeftRun.run(["unpack", packed.path, "-o", (folder / "o").path])
    #expect(run.code == 0, "\(run.errors)")
    #expect(
      folder.files == [
        "in.npy", "o/%2E%2E/up.npy", "o/%2F/etc/x.npy", "o/100%25.npy", "o/a/%2E/b.npy", "o/a/%2F/c.npy",
        "o/plain/name.npy", "out.weft",
      ])
  }
}
