internal import CWeftKernels

/// The array's loops in C for one instruction set, chosen at run time.
public struct NativeArrayKernel: Sendable {
  // Functions and constant text of the program: readable from any thread.
  nonisolated(unsafe) let functions: UnsafePointer<weft_array_kernel>

  public var name: String { String(cString: functions.pointee.name) }

  /// What the CPU must have.
  public var requirement: String { String(cString: functions.pointee.cpu) }

  /// Those of this build that this CPU can run, the slowest first.
  public static let all: [NativeArrayKernel] = {
    var kernels: [NativeArrayKernel] = []
    var place = 0
    while let functions = weft_array_kernel_at(place) {
      if functions.pointee.is_supported() != 0 { kernels.append(NativeArrayKernel(functions: functions)) }
      place += 1
    }
    return kernels
  }()

  private init(functions: UnsafePointer<weft_array_kernel>) { self.functions = functions }
}
