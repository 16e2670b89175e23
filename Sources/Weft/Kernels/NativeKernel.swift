internal import CWeftKernels

/// A kernel in C for one instruction set, chosen at run time.
@safe
public struct NativeKernel: Sendable {
  // Functions and constant text of the program: readable from any thread.
  nonisolated(unsafe) let functions: UnsafePointer<weft_kernel>

  // Its texts end with a zero.
  public var name: PlainText { unsafe PlainText(cString: functions.pointee.name) }

  /// What the CPU must have.
  public var requirement: String { unsafe String(cString: functions.pointee.cpu) }

  /// Those of this build that this CPU can run, the slowest first.
  public static let all: [NativeKernel] = {
    var kernels: [NativeKernel] = []
    var skipped = 0
    // C gives pointers to constants of the program, and null behind the last.
    while let functions = unsafe weft_kernel_at(kernels.count + skipped) {
      if unsafe functions.pointee.is_supported() != 0 {
        unsafe kernels.append(NativeKernel(functions: functions))
      } else {
        skipped += 1
      }
    }
    return kernels
  }()

  private init(functions: UnsafePointer<weft_kernel>) { unsafe self.functions = unsafe functions }
}
