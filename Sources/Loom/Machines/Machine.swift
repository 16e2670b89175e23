/// A machine whose cycles are modelled. All presets peak at 128 products of 16 x 16 bits a cycle
/// (Sharify et al., DAC 2018, section 4).
public struct Machine: Hashable, Sendable {
  /// The design.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The bit-parallel baseline: 8 filters of 16 products, one window at a time.
    case dpnn
    /// Activations serial at the profile's width, weights parallel.
    case stripes
    /// Stripes with the width of the activations of each step.
    case dynamicStripes = "dynamic-stripes"
    /// Stripes that also serialises fully connected layers. (Model: only its abstract was at hand.)
    case tartan
    /// Dynamic Stripes with Tartan's fully connected layers. (Model.)
    case dprs
    /// Both operands serial, one activation bit a cycle.
    case loom1 = "loom-1b"
    /// Two activation bits a cycle.
    case loom2 = "loom-2b"
    /// Four activation bits a cycle.
    case loom4 = "loom-4b"
  }

  public let kind: Kind
  public let geometry: ArrayGeometry

  /// The machine of the DAC paper.
  public init(_ kind: Kind) {
    self.kind = kind
    let (rows, columns) =
      switch kind {
      case .dpnn: (8, 1)
      case .stripes, .dynamicStripes, .tartan, .dprs: (8, 16)
      case .loom1: (128, 16)
      case .loom2: (128, 8)
      case .loom4: (128, 4)
      }
    geometry = ArrayGeometry(rows: rows, columns: columns)!
  }

  /// A machine of another size.
  public init(_ kind: Kind, geometry: ArrayGeometry) {
    self.kind = kind
    self.geometry = geometry
  }

  /// Peaks of Loom's Figure 5, in products of 16 x 16 bits a cycle.
  public static let equivalents = [32, 64, 128, 256, 512]

  /// Reads `loom-1b`, `loom-1b:256` for the array with that peak (rows grow and shrink), or `loom-1b:64x32` with rows
  /// and columns; nil when it is none of these.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let kind = Kind(rawValue: String(parts[0])) else { return nil }
    if parts.count == 1 {
      self.init(kind)
      return
    }
    if parts.count == 2, let equivalent = Int(parts[1]), Machine.equivalents.contains(equivalent) {
      let own = Machine(kind).geometry
      self.init(kind, geometry: ArrayGeometry(rows: own.rows * equivalent / 128, columns: own.columns)!)
      return
    }
    let sizes = parts[1].split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, sizes.count == 2, let rows = sizes[0], let columns = sizes[1],
      let geometry = ArrayGeometry(rows: rows, columns: columns)
    else { return nil }
    self.init(kind, geometry: geometry)
  }

  /// Activation bits a step takes a cycle: 1, 2 or 4 for Loom, 1 for the Stripes family, 16 for the baseline.
  public var activationBitsPerCycle: Int {
    switch kind {
    case .dpnn: 16
    case .stripes, .dynamicStripes, .tartan, .dprs, .loom1: 1
    case .loom2: 2
    case .loom4: 4
    }
  }

  /// True for Loom, whose weights are serial too.
  public var hasSerialWeights: Bool { kind == .loom1 || kind == .loom2 || kind == .loom4 }

  /// Bytes of the activation memory where nothing else is said: 1 MiB for Loom, 2 MiB for the others (DAC 2018,
  /// section 4).
  public var usualActivationMemory: Int { hasSerialWeights ? 1 << 20 : 2 << 20 }
}
