import Weft

/// The inner loops of the array, by name. The scalar one is the definition.
public enum ArrayKernel: Sendable {
  /// Plain Swift.
  case scalar
  /// C, for one instruction set.
  case native(NativeArrayKernel)

  /// Every kernel this CPU can run, the definition first and the fastest last.
  public static let all: [ArrayKernel] = [.scalar] + NativeArrayKernel.all.map { .native($0) }

  /// Lower-case name by which the kernel is listed.
  public var name: String {
    switch self {
    case .scalar: "scalar"
    case .native(let kernel): kernel.name
    }
  }

  /// The array's kernel beside one of the codec: of the same name where there is one, else the fastest that needs no
  /// more of the CPU.
  public init(beside kernel: Kernel) {
    if let same = ArrayKernel.all.first(where: { $0.name == kernel.name }) {
      self = same
    } else if kernel.name.hasPrefix("avx2"), let same = ArrayKernel.all.first(where: { $0.name == "avx2" }) {
      self = same
    } else {
      self = ArrayKernel.all.first { $0.name == "portable" } ?? .scalar
    }
  }
}
