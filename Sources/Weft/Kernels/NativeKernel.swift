internal import CWeftKernels

/// A kernel in C for one instruction set, chosen at run time.
public struct NativeKernel: Sendable {
  // Functions and constant text of the program: readable from any thread.
  nonisolated(unsafe) let functions: UnsafePointer<weft_kernel>

  public var name: String { String(cString: functions.pointee.name) }

  /// What the CPU must have.
  public var requirement: String { String(cString: functions.pointee.cpu) }

  /// Those of this build that this CPU can run, the slowest first.
  public static let all: [NativeKernel] = {
    var kernels: [NativeKernel] = []
    var skipped = 0
    while let functions = weft_kernel_at(kernels.count + skipped) {
      if functions.pointee.is_supported() != 0 {
        kernels.append(NativeKernel(functions: functions))
      } else {
        skipped += 1
      }
    }
    return kernels
  }()

  private init(functions: UnsafePointer<weft_kernel>) { self.functions = functions }
}
