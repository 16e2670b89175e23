import Glibc

/// Runs one target under libFuzzer: `FUZZ_TARGET=NAME fuzz [OPTION OF LIBFUZZER | CORPUS]...`
///
/// The name is in the environment because libFuzzer takes all arguments, and starts itself again with them.
@main
enum Main {
  /// The target of this process; read by the callback, which takes nothing but bytes.
  nonisolated(unsafe) private static var target = FuzzTarget.container

  static func main() {
    guard let name = getenv("FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) else {
      print("FUZZ_TARGET is one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
      exit(2)
    }
    self.target = target
    var (argc, argv) = (CommandLine.argc, CommandLine.unsafeArgv)
    _ = runDriver(&argc, &argv) { bytes, count in
      _ = Main.target.outcome(UnsafeRawBufferPointer(start: bytes, count: count))
      return 0
    }
  }
}

/// libFuzzer as a library; its header is `FuzzerInterface.h`.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ argc: UnsafeMutablePointer<CInt>,
  _ argv: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
