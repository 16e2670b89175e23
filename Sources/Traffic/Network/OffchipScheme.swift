import Baselines
import Weft

/// How tensors lie off chip.
public enum OffchipScheme: Hashable, Sendable {
  /// Weft in the array's own orders, streamed straight in.
  case array
  /// Weft's best storage form, behind a decompressor and transposer at the memory controller.
  case storage
  /// Every value in its container.
  case raw
  /// Another scheme by its name in `weft compare`, behind a decompressor.
  case other(String)

  /// Schemes besides Weft's.
  public static let others = [
    "layer", "dpred16", "shapeshifter16", "zvc", "zero_rle", "zstd_3", "zstd_19", "planes_zstd_3",
  ]

  /// Reads `array`, `storage` (or `weft`), `raw` or another scheme's name.
  public init?(_ text: String) {
    switch text {
    case "array", "weft_array": self = .array
    case "storage", "weft": self = .storage
    case "raw": self = .raw
    default:
      guard OffchipScheme.others.contains(text) else { return nil }
      self = .other(text)
    }
  }

  public var name: String {
    switch self {
    case .array: "array"
    case .storage: "storage"
    case .raw: "raw"
    case .other(let name): name
    }
  }

  /// The array cannot read it as it lies.
  public var hasTransposer: Bool { self != .array }

  /// What a tensor takes; `order` is the array's for it.
  public func form(
    of tensor: QuantizedTensor, order: LaneOrder, groupSize: PackingRequest.GroupSizeChoice, kernel: Kernel
  ) throws -> StoredForm {
    switch self {
    case .raw: return StoredForm(raw: tensor)
    case .array:
      do throws(WeftError) {
        return StoredForm(
          try WeftArray(order: order, groupSize: groupSize, kernel: kernel).packed(BaselineTensor(tensor)))
      } catch {
        guard [.orderNotApplicable, .precisionAboveSixteen, .settingNotApplicable].contains(error.rule) else {
          throw error
        }
        // A tensor without the axes of the order travels as it lies.
        let request = PackingRequest(groupSize: groupSize, order: .fixed(.linear), compaction: .off)
        return StoredForm(try PackedTensor(packing: tensor, request: request, kernel: kernel))
      }
    case .storage:
      return StoredForm(try WeftStorage(groupSize: groupSize, kernel: kernel).packed(BaselineTensor(tensor)))
    case .other(let name):
      return try OffchipScheme.form(of: BaselineTensor(tensor), name, groupSize, kernel)
    }
  }

  private static func form(
    of tensor: BaselineTensor, _ name: String, _ groupSize: PackingRequest.GroupSizeChoice, _ kernel: Kernel
  ) throws -> StoredForm {
    let groups = (tensor.valueCount + 15) / 16
    let header = groups * (tensor.containerBits == 16 ? 4 : tensor.containerBits == 8 ? 3 : 2)
    func split(_ bits: Double, header: Int = 0, mask: Int = 0) -> StoredForm {
      StoredForm(payloadBits: Int(bits.rounded(.up)) - header - mask, headerBits: header, maskBits: mask)
    }
    switch name {
    case "layer": return split(LayerWidth().bitCount(of: tensor))
    case "dpred16": return split(DPRedDense().bitCount(of: tensor), header: header)
    case "shapeshifter16": return split(ShapeShifter().bitCount(of: tensor), header: header, mask: 16 * groups)
    case "zvc": return split(ZeroValueCompression().bitCount(of: tensor), mask: tensor.valueCount)
    case "zero_rle": return split(ZeroRunLength().bitCount(of: tensor))
    case "zstd_3": return split(Zstd(level: 3).bitCount(of: tensor))
    case "zstd_19": return split(Zstd(level: 19).bitCount(of: tensor))
    case "planes_zstd_3":
      return split(
        try PlanesZstd(level: 3, storage: WeftStorage(groupSize: groupSize, kernel: kernel)).bitCount(of: tensor))
    default: throw TrafficError(.unsupported, "no scheme '\(name)'")
    }
  }
}

extension StoredForm {
  /// Every value in its container.
  public init(raw tensor: QuantizedTensor) {
    let bits = tensor.descriptor.valueCount * tensor.descriptor.elementType.rawBitCount
    self.init(payloadBits: bits, oneCount: StoredForm.ones(tensor.region.bytes))
  }

  /// A packed tensor's sections.
  public init(_ packed: PackedTensor) {
    let summary = packed.summary
    var ones = 0
    packed.forEachSection { ones += StoredForm.ones($0) }
    let pieces = (try? packed.settings.geometry(of: packed.descriptor).pieceCount) ?? 0
    self.init(
      payloadBits: summary.payloadBitCount, headerBits: summary.headerBitCount, maskBits: summary.maskBitCount,
      indexBits: 64 * (packed.frames.count + pieces), oneCount: ones)
  }

  private static func ones(_ bytes: UnsafeRawBufferPointer) -> Int {
    var count = 0
    for place in stride(from: 0, to: bytes.count & ~7, by: 8) {
      count += bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self).nonzeroBitCount
    }
    for place in bytes.count & ~7..<bytes.count { count += bytes[place].nonzeroBitCount }
    return count
  }
}
