import Weft

/// What `weft --version` prints.
enum VersionText {
  static let version = "weft 0.1.0"

  /// The version; with `-v` also the format and every kernel this CPU can run, the one in use marked.
  static func text(verbose: Bool) throws -> String {
    guard verbose else { return version }
    let selected = try KernelChoice.selected().name
    let kernels = Kernel.all.map {
      "kernel \($0.name)\($0.name == selected ? " (in use)" : "")\($0.requirement.isEmpty ? "" : ": ")\($0.requirement)"
    }
    return ([version, "format 1"] + kernels).joined(separator: "\n")
  }
}
