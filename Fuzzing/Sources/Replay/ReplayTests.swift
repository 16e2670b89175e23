import Testing

/// What the fuzzer kept: inputs that each reach something the others do not, and inputs that once ended badly.
@Suite struct ReplayTests {
  @Test(arguments: FuzzTarget.allCases)
  func `every input of the corpus gives a result or one error`(_ target: FuzzTarget) throws {
    var (results, errors) = (0, 0)
    for (_, bytes) in try FuzzFiles.files(in: "Fuzzing/Corpus/\(target)") {
      if bytes.withUnsafeBytes({ target.outcome($0) }) == nil { results += 1 } else { errors += 1 }
    }
    // A corpus without one or the other no longer tests what it should.
    #expect(results > 0 && errors > 0, "\(results) results, \(errors) errors")
  }

  @Test(arguments: FuzzTarget.allCases)
  func `what once ended badly gives a result or one error in bounded time`(_ target: FuzzTarget) throws {
    for (path, bytes) in try FuzzFiles.files(in: "Fuzzing/Crashes/\(target)") {
      let time = ContinuousClock().measure { _ = bytes.withUnsafeBytes { target.outcome($0) } }
      #expect(time < .seconds(10), "\(path): \(time)")
    }
  }

  @Test(arguments: FuzzTarget.allCases)
  func `every seed is valid`(_ target: FuzzTarget) throws {
    let seeds = try FuzzFiles.seeds(target)
    #expect(!seeds.isEmpty)
    for (path, bytes) in seeds {
      let error = bytes.withUnsafeBytes { target.outcome($0) }
      // The seeds of layer graphs name parameters that are not there.
      #expect(error == nil || target == .network, "\(path): \(error ?? "")")
    }
  }
}
