#if hasFeature(Embedded)
  /// The kernels of this build, by name: those in C alone, which an embedded program has room for.
  public typealias Kernel = NativeKernel
#else
  /// The kernels of this build, by name.
  public enum Kernel: Sendable {
    /// Plain Swift: the definition.
    case scalar(ScalarKernel)
    /// C, for one instruction set.
    case native(NativeKernel)

    /// Every kernel this CPU can run, the definition first and the fastest last.
    public static let all: [Kernel] = [.scalar(ScalarKernel())] + NativeKernel.all.map { .native($0) }

    /// What the CPU must have; empty for the definition.
    public var requirement: String {
      switch self {
      case .scalar: ""
      case .native(let kernel): kernel.requirement
      }
    }
  }
#endif
