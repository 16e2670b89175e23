/// A network whose layer shapes and precision profile are published: no weights, so cycles only.
public struct PublishedNetwork: Hashable, Sendable {
  /// One layer that multiplies.
  public struct Layer: Hashable, Sendable {
    public var name: String
    public var shape: LayerShape
    /// Activations that the layer reads and writes.
    public var inputCount: Int
    public var outputCount: Int
    /// Widths that keep 100 % of the relative top-1 accuracy (Loom, Table 1); activations of fully connected layers
    /// have none.
    public var activationBits: Int?
    public var weightBits: Int?
    /// Widths at 99 %; nil where the source cannot be read.
    public var activationBits99: Int?
    public var weightBits99: Int?
  }

  public var name: String
  public var layers: [Layer]

  /// The six networks of Loom's Table 2, in its order. Shapes: the publishers' model definitions; widths: Table 1 of
  /// Sharify et al., DAC 2018.
  public static let all: [PublishedNetwork] = {
    guard let networks = parse(PackageResources.networks_csv) else { preconditionFailure("networks.csv is damaged") }
    return networks
  }()

  /// Reads the table: one line a layer behind a line of names; nil when a line is not of its form.
  static func parse(_ bytes: [UInt8]) -> [PublishedNetwork]? {
    var networks: [PublishedNetwork] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == 17 else { return nil }
      let numbers = cells.map { Int($0) }
      guard let layer = layer(cells, numbers) else { return nil }
      if networks.last?.name != String(cells[0]) {
        networks.append(PublishedNetwork(name: String(cells[0]), layers: []))
      }
      networks[networks.count - 1].layers.append(layer)
    }
    return networks
  }

  private static func layer(_ cells: [Substring], _ numbers: [Int?]) -> Layer? {
    let sizes = numbers[3...11]
    guard !sizes.contains(nil), cells[2] == "conv" || cells[2] == "fc" else { return nil }
    let n = sizes.map { $0! }
    let (channels, height, width, filters) = (n[0], n[1], n[2], n[3])
    let (kernelHeight, kernelWidth, stride, padding, groups) = (n[4], n[5], n[6], n[7], n[8])
    let shape: LayerShape
    var outputCount = filters
    if cells[2] == "fc" {
      shape = LayerShape(kind: .fullyConnected, filters: filters, windows: 1, fanIn: channels)
    } else {
      let rows = (height + 2 * padding - kernelHeight) / stride + 1
      let columns = (width + 2 * padding - kernelWidth) / stride + 1
      shape = LayerShape(
        kind: .convolution, groups: groups, filters: filters / groups, windows: rows * columns,
        taps: kernelHeight * kernelWidth, fanIn: channels / groups)
      outputCount = filters * rows * columns
    }
    return Layer(
      name: String(cells[1]), shape: shape, inputCount: channels * max(1, height) * max(1, width),
      outputCount: outputCount, activationBits: numbers[13], weightBits: numbers[14],
      activationBits99: numbers[15], weightBits99: numbers[16])
  }

  /// Cycles of the layers of one kind at the 100 % profile.
  public func cycles(of machine: Machine, _ kind: LayerShape.Kind) -> Int {
    let model = StaticCycles(machine)
    return layers.filter { $0.shape.kind == kind }.reduce(0) {
      $0 + model.cycles($1.shape, activationBits: $1.activationBits, weightBits: $1.weightBits ?? 16)
    }
  }
}
