/// The kernels of this build, by name.
public enum Kernel: Sendable {
  /// Plain Swift: the definition.
  case scalar(ScalarKernel)
  /// C, for one instruction set.
  case native(NativeKernel)

  /// Every kernel this CPU can run, the definition first and the fastest last.
  public static let all: [Kernel] = [.scalar(ScalarKernel())] + NativeKernel.all.map { .native($0) }

  /// The fastest kernel of this CPU.
  public static var best: Kernel { all.last! }

  /// The kernel of that name; throws `unknownKernel` where this build or CPU has none.
  public static func named(_ name: String) throws(WeftError) -> Kernel {
    for kernel in all where kernel.name == name { return kernel }
    throw WeftError(.unknownKernel, "\(name); there are \(all.map { $0.name }.joined(separator: ", "))")
  }

  /// The kernel that a setting such as the environment's `WEFT_KERNEL` names; the fastest where it is nil or empty.
  /// Throws `unknownKernel`.
  public static func selected(_ name: String?) throws(WeftError) -> Kernel {
    guard let name, !name.isEmpty else { return best }
    return try named(name)
  }

  /// What the CPU must have; empty for the definition.
  public var requirement: String {
    switch self {
    case .scalar: ""
    case .native(let kernel): kernel.requirement
    }
  }
}
