extension Kernel {
  /// The fastest kernel of this CPU.
  public static var best: Kernel { all.last! }

  /// The kernel of that name; throws `unknownKernel` where this build or CPU has none.
  public static func named(_ name: PlainText) throws(WeftError) -> Kernel {
    for kernel in all where kernel.name == name { return kernel }
    throw WeftError(.unknownKernel, "\(name); there are \(all.map { "\($0.name)" }.joined(separator: ", "))")
  }

  /// The kernel that a setting such as the environment's `WEFT_KERNEL` names; the fastest where it is nil or empty.
  /// Throws `unknownKernel`.
  public static func selected(_ name: PlainText?) throws(WeftError) -> Kernel {
    guard let name, !name.isEmpty else { return best }
    return try named(name)
  }
}
