import Glibc
import Weft

/// The kernel the command uses: the fastest of the CPU, or the one that `WEFT_KERNEL` names.
enum KernelChoice {
  static func selected() throws -> Kernel {
    do throws(WeftError) {
      return try Kernel.selected(getenv("WEFT_KERNEL").map { String(cString: $0) })
    } catch {
      throw CommandFailure("WEFT_KERNEL: \(error)")
    }
  }
}
