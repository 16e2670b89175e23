import Glibc
import Weft

/// The kernel the command uses: the fastest of the CPU, or the one that `WEFT_KERNEL` names.
enum KernelChoice {
  static func selected() throws -> Kernel {
    guard let name = getenv("WEFT_KERNEL").map({ String(cString: $0) }), !name.isEmpty else { return .best }
    do throws(WeftError) {
      return try Kernel.named(name)
    } catch {
      throw CommandFailure("WEFT_KERNEL: \(error)")
    }
  }
}
