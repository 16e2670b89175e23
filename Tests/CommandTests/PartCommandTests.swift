import Foundation
import Testing

@Suite struct PartCommandTests {
  let folder: Scratch
  let whole: URL
  let network = "Fixtures/networks/digits_int8"

  init() throws {
    folder = try Scratch()
    whole = folder / "whole.weft"
    #expect(try WeftRun.run(["pack", network, "-o", whole.path]).code == 0)
  }

  private func merged(_ parts: [String]) throws -> Data {
    let merged = folder / "merged.weft"
    let run = try WeftRun.run(["merge"] + parts + ["-o", merged.path, "-f", "--json"])
    #expect(run.code == 0, "\(run.errors)")
    #expect(try run.json()["parts"] as? Int == parts.count)
    return try Data(contentsOf: merged)
  }

  @Test(arguments: [1, 2, 3, 8, 50])
  func `merging undoes splitting`(count: Int) throws {
    let split = try WeftRun.run(["split", whole.path, "\(count)", "--json"])
    #expect(split.code == 0, "\(split.errors)")
    let parts = try #require(try split.json()["parts"] as? [[String: Any]]).compactMap { $0["file"] as? String }
    #expect(parts.count == count)
    for part in parts { #expect(try WeftRun.run(["test", part]).code == 0) }
    #expect(try merged(parts) == Data(contentsOf: whole))
  }

  @Test(arguments: [1, 3, 40])
  func `parts that were packed alone are what packing at once gives`(count: Int) throws {
    var parts: [String] = []
    for number in 1...count {
      parts.append((folder / "part\(number).weft").path)
      #expect(try WeftRun.run(["pack", network, "--part", "\(number)/\(count)", "-o", parts[number - 1]]).code == 0)
    }
    #expect(try merged(parts) == Data(contentsOf: whole))
  }

  @Test func `a damaged part stops a merge and leaves no file`() throws {
    var bytes = try Data(contentsOf: whole)
    bytes[bytes.count / 2] ^= 1
    let damaged = folder / "damaged.weft"
    try bytes.write(to: damaged)
    let merged = folder / "merged.weft"
    let run = try WeftRun.run(["merge", damaged.path, "-o", merged.path])
    #expect(run.code == 1 && run.errors.contains("damaged.weft"))
    #expect(!FileManager.default.fileExists(atPath: merged.path))
  }

  @Test func `a name may not come twice, and joined files are merged before they are split`() throws {
    let run = try WeftRun.run(["merge", whole.path, whole.path, "-o", (folder / "twice.weft").path])
    #expect(run.code == 1 && run.errors.contains("name occurs twice"))
    #expect(try WeftRun.run(["split", whole.path, "2"]).code == 0)
    let halves = [folder / "whole.1-of-2.weft", folder / "whole.2-of-2.weft"]
    let joined = folder / "joined.weft"
    try (Data(contentsOf: halves[0]) + Data(contentsOf: halves[1])).write(to: joined)
    let refused = try WeftRun.run(["split", joined.path, "2"])
    #expect(refused.code == 1 && refused.errors.contains("weft merge"))
    #expect(try merged([joined.path]) == Data(contentsOf: whole))
  }

  @Test(arguments: ["0/2", "3/2", "1", "1/0", "a/b", "1/2/3"])
  func `an impossible part is a usage error`(part: String) throws {
    #expect(try WeftRun.run(["pack", network, "--part", part, "-o", (folder / "x.weft").path]).code == 2)
  }

  @Test func `the rows of a sweep's parts are those of the sweep`() throws {
    let specification = folder / "sweep.json"
    try Data(
      """
      {"networks": ["\(whole.path)"], "machines": ["loom-1b", "dpnn"], "widths": ["x16", "x32"],
       "batches": [1, 2, 4]}
      """.utf8
    ).write(to: specification)
    func rows(_ arguments: [String]) throws -> [Substring] {
      let output = folder / "rows.csv"
      let run = try WeftRun.run(["sweep", specification.path, "-o", output.path, "-f"] + arguments)
      #expect(run.code == 0, "\(run.errors)")
      return try String(decoding: Data(contentsOf: output), as: UTF8.self).split(separator: "\n")
    }
    let all = try rows([])
    #expect(all.count == 13)
    let parts: [Substring] = try (1...5).flatMap { try rows(["--part", "\($0)/5"]).dropFirst() }
    #expect(parts == Array(all.dropFirst()))
  }
}
