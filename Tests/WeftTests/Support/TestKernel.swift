import Foundation
import Weft

/// The kernel under test: the fastest of the CPU, or the one that `WEFT_KERNEL` names.
enum TestKernel {
  static let selected: Kernel = {
    guard let name = ProcessInfo.processInfo.environment["WEFT_KERNEL"], !name.isEmpty else { return .best }
    return try! Kernel.named(name)
  }()
}
