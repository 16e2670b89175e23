import Foundation
import Testing

@Suite struct PackCommandTests {
  let folder: Scratch
  let input: URL
  let packed: URL
  let values = (0..<5000).map { Int16(truncatingIfNeeded: ($0 * 7919) % 251 - 60) }

  init() throws {
    folder = try Scratch()
    input = folder / "in.npy"
    packed = folder / "out.weft"
    try Npy.int16(values, shape: [5, 10, 5, 20]).write(to: input)
  }

  @Test(arguments: ["linear", "spatial", "channels", "filters", "auto"])
  func `an array comes back byte-identical in every order`(order: String) throws {
    #expect(try WeftRun.run(["pack", input.path, "-o", packed.path, "--order", order]).code == 0)
    #expect(try WeftRun.run(["test", packed.path]).code == 0)
    #expect(try WeftRun.run(["unpack", packed.path, "-o", (folder / "o").path]).code == 0)
    #expect(try Data(contentsOf: folder / "o/in.npy") == Data(contentsOf: input))
  }

  @Test func `arrays of every kind come back byte-identical`() throws {
    let files: [String: Data] = [
      "empty": Npy.int8([], shape: [0]), "one": Npy.int8([-7], shape: []), "zero": Npy.int8([0], shape: [1]),
      "zeros": Npy.int8([Int8](repeating: 0, count: 5000), shape: [5000]),
      "fortran": Npy.int16(values, shape: [5, 10, 100], columnMajor: true),
      "big": Npy.file(">i2", shape: [2, 3], data: (0..<12).map { UInt8($0) }),
      "unsigned": Npy.file("<u2", shape: [3], data: [255, 255, 0, 128, 1, 0]),
      "bias": Npy.file("<i4", shape: [2], data: [1, 0, 0, 0, 255, 255, 255, 255]),
    ]
    for (name, data) in files { try data.write(to: folder / "\(name).npy") }
    let inputs = files.keys.sorted().map { (folder / "\($0).npy").path }
    let pack = try WeftRun.run(["pack"] + inputs + ["-o", packed.path, "--json"])
    #expect(pack.code == 0, "\(pack.errors)")
    let report = try pack.json()
    #expect((report["tensors"] as? [Any])?.count == 7)
    #expect((report["stored"] as? [Any])?.count == 1)
    #expect(try WeftRun.run(["unpack", packed.path, "-o", (folder / "o").path]).code == 0)
    for (name, data) in files { #expect(try Data(contentsOf: folder / "o/\(name).npy") == data, "\(name)") }
  }

  @Test func `the bytes do not depend on the number of threads`() throws {
    let large = (0..<400_000).map { Int16(truncatingIfNeeded: ($0 &* 7919) % 1001 - 500) }
    try Npy.int16(large, shape: [400_000]).write(to: input)
    #expect(try WeftRun.run(["pack", input.path, "-o", packed.path, "-T", "1"]).code == 0)
    for threads in ["2", "7", "0"] {
      let other = folder / "other.weft"
      #expect(try WeftRun.run(["pack", input.path, "-o", other.path, "-f", "-T", threads]).code == 0)
      #expect(try Data(contentsOf: other) == Data(contentsOf: packed))
    }
  }

  @Test func `standard input and output take the place of files`() throws {
    let pack = try WeftRun.run(["pack", "-", "-o", "-"], input: Data(contentsOf: input))
    #expect(pack.code == 0, "\(pack.errors)")
    let list = try WeftRun.run(["list", "-", "--json"], input: pack.output)
    #expect(list.code == 0)
    #expect((try list.json()["tensors"] as? [[String: Any]])?.first?["name"] as? String == "stdin")
    #expect(try WeftRun.run(["test", "-"], input: pack.output).code == 0)
    let unpack = try WeftRun.run(["unpack", "-", "--tensor", "stdin", "-o", "-"], input: pack.output)
    #expect(unpack.output == (try Data(contentsOf: input)))
  }

  @Test func `rows of axis 0 are a file of their own`() throws {
    for order in ["linear", "filters", "spatial"] {
      #expect(try WeftRun.run(["pack", input.path, "-o", packed.path, "-f", "--order", order]).code == 0)
      let rows = folder / "rows.npy"
      let run = try WeftRun.run(["unpack", packed.path, "--rows", "1:3", "-o", rows.path, "-f"])
      #expect(run.code == 0, "\(run.errors)")
      #expect(try Data(contentsOf: rows) == Npy.int16(Array(values[1000..<3000]), shape: [2, 10, 5, 20]))
    }
    #expect(try WeftRun.run(["unpack", packed.path, "--rows", "4:9", "-o", (folder / "x").path]).code == 1)
    #expect(try WeftRun.run(["unpack", packed.path, "--rows", "x", "-o", (folder / "x").path]).code == 2)
  }

  @Test func `list has the keys that scripts rely on, and they add up`() throws {
    let report = try WeftRun.run(["pack", input.path, "-o", packed.path, "--json"]).json()
    let tensor = try #require((report["tensors"] as? [[String: Any]])?.first)
    let keys = [
      "name", "dtype", "shape", "order", "block", "group_size", "precision_table", "values", "raw_bytes",
      "header_bits", "mask_bits", "payload_bits", "packed_bytes", "ratio", "precision_histogram",
    ]
    for key in keys { #expect(tensor[key] != nil, "\(key)") }
    let bits = ["header_bits", "mask_bits", "payload_bits"].reduce(0) { $0 + (tensor[$1] as! Int) }
    #expect(tensor["packed_bytes"] as? Int == (bits + 7) / 8)
    #expect((tensor["precision_histogram"] as? [Int])?.count == 17)
    #expect(tensor["raw_bytes"] as? Int == 10_000)
    #expect(report["file_bytes"] as? Int == (try Data(contentsOf: packed)).count)
    for key in ["raw_bytes", "packed_bytes", "ratio"] { #expect(report[key] != nil) }
  }
}
