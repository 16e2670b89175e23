/// One cell of Loom's Table 2 (Sharify et al., DAC 2018): speed-up over DPNN at the 100 % profile, beside ours.
public struct PublishedSpeedUp: Hashable, Sendable {
  /// Which layers, and whether the paper's figure contains widths found at run time.
  public enum LayerKind: String, Hashable, Sendable {
    case convolution = "conv"
    case fullyConnected = "fc"
    case dynamicConvolution = "conv-dynamic"
  }

  public var network: String
  public var layerKind: LayerKind
  public var machine: Machine.Kind
  public var paper: Double
  /// From shapes and Table 1 alone.
  public var ours: Double
  /// Ours leaves idle parts of the array out.
  public var isBound = false

  /// Signed relative difference.
  public var error: Double { ours / paper - 1 }

  /// Why the two differ by more than 3 %, where they do.
  public var note: String {
    if isBound {
      guard abs(error) > 0.03 else { return "" }
      return layerKind == .dynamicConvolution
        ? "products at the profile's widths, no idle parts; the paper's figure has both idle parts and data-dependent widths"
        : "products at the profile's widths, no idle parts: the paper's array is not always full"
    }
    if layerKind == .dynamicConvolution {
      return "the paper's figure contains data-dependent widths, ours is the static profile; factor \(factor)"
    }
    return abs(error) > 0.03 ? "not explained" : ""
  }

  /// Paper over ours with three decimals.
  private var factor: String {
    let thousandths = Int((paper / ours * 1000).rounded())
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }

  private static let paper: [(Machine.Kind, LayerKind, [Double?])] = [
    (.stripes, .convolution, [1.76, 2.34, 1.76, 1.89, 2.12, 1.34]),
    (.loom1, .dynamicConvolution, [2.97, 4.25, 2.63, 3.98, 4.12, 2.17]),
    (.loom2, .dynamicConvolution, [2.92, 4.20, 2.49, 3.78, 3.69, 2.09]),
    (.loom4, .dynamicConvolution, [2.91, 3.66, 2.12, 3.02, 3.34, 2.03]),
    (.loom1, .fullyConnected, [nil, 1.65, 2.25, 1.63, 1.63, 1.62]),
    (.loom2, .fullyConnected, [nil, 1.66, 2.27, 1.63, 1.64, 1.63]),
    (.loom4, .fullyConnected, [nil, 1.66, 2.28, 1.63, 1.64, 1.63]),
  ]

  /// Every cell of the table, row by row.
  public static var table2: [PublishedSpeedUp] {
    paper.flatMap { machine, kind, cells in
      zip(PublishedNetwork.all, cells).compactMap { network, cell in
        guard let cell else { return nil }
        let layers: LayerShape.Kind = kind == .fullyConnected ? .fullyConnected : .convolution
        let baseline = network.cycles(of: Machine(.dpnn), layers)
        let cycles = network.cycles(of: Machine(machine), layers)
        return PublishedSpeedUp(
          network: network.name, layerKind: kind, machine: machine, paper: cell,
          ours: Double(baseline) / Double(cycles))
      }
    }
  }

  /// What Table 1's profiles promise, by products alone: 256 / (Pa Pw) for Loom's convolutions, 16 / Pa for those of
  /// Stripes, 16 / Pw for fully connected layers, beside the published speed-ups. No place is idle, so ours is a bound
  /// for machines that spend the profile's widths.
  public static var table1: [PublishedSpeedUp] {
    table2.map { row in
      var row = row
      let network = PublishedNetwork.all.first { $0.name == row.network }!
      let kind: LayerShape.Kind = row.layerKind == .fullyConnected ? .fullyConnected : .convolution
      var (products, bits) = (0.0, 0.0)
      for layer in network.layers where layer.shape.kind == kind {
        let count = Double(layer.shape.multiplications)
        let activation = Double(layer.activationBits ?? 16) / 16
        let weight = Double(layer.weightBits ?? 16) / 16
        products += count
        bits +=
          count * (kind == .fullyConnected ? weight : row.machine == .stripes ? activation : activation * weight)
      }
      row.ours = products / bits
      row.isBound = true
      return row
    }
  }
}
