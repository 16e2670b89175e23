import Baselines
import Networks
import Weft

/// Bits that one array takes under every scheme.
struct SchemeSizes: Encodable {
  var name: String
  var kind: String
  var values: Int
  var raw_bytes: Int
  /// The scheme with the fewest bits; entropy0 is a floor, not a scheme.
  var smallest: String
  var schemes: [String: Double]

  /// Schemes in the order of columns.
  static let order = [
    "raw", "layer", "dpred16", "shapeshifter16", "zvc", "zero_rle", "weft", "weft_array", "zstd_3", "zstd_19",
    "planes_zstd_3", "bitshuffle_zstd_3", "entropy0",
  ]

  init(_ item: ComparedItem, groupSize: PackingRequest.GroupSizeChoice, kernel: Kernel) throws {
    name = item.array.name
    kind = item.kind.rawValue
    switch item.array {
    case .tensor(let tensor):
      values = tensor.descriptor.valueCount
      schemes = try SchemeSizes.sizes(of: tensor, item.kind, groupSize, kernel)
    case .stored(let array):
      values = array.valueCount
      schemes = SchemeSizes.sizes(of: array)
    }
    raw_bytes = Int((schemes["raw"]! + 7) / 8)
    smallest = SchemeSizes.smallest(schemes)
  }

  static func smallest(_ schemes: [String: Double]) -> String {
    order.filter { $0 != "entropy0" }.min { schemes[$0] ?? .infinity < schemes[$1] ?? .infinity } ?? "raw"
  }

  /// Schemes that take fewer bits than Weft's storage form; entropy0 is none.
  static func rivals(_ schemes: [String: Double]) -> Set<String> {
    guard let weft = schemes["weft"] else { return [] }
    return Set(schemes.filter { $0.value < weft && $0.key != "entropy0" }.keys)
  }

  private static func sizes(
    of tensor: QuantizedTensor, _ kind: ComparedItem.Kind, _ groupSize: PackingRequest.GroupSizeChoice,
    _ kernel: Kernel
  ) throws -> [String: Double] {
    let seen = BaselineTensor(tensor)
    var sizes: [String: Double] = [:]
    func add<B: Baseline>(_ baseline: B, _ name: String = B.name) throws {
      sizes[name] = try baseline.bitCount(of: seen)
    }
    try add(Raw())
    try add(LayerWidth())
    try add(DPRedDense())
    try add(ShapeShifter())
    try add(ZeroValueCompression())
    try add(ZeroRunLength())
    try add(Zstd(level: 3), "zstd_3")
    try add(Zstd(level: 19), "zstd_19")
    try add(BitshuffleZstd(level: 3, kernel: kernel), "bitshuffle_zstd_3")
    try add(EntropyFloor())
    let storage = WeftStorage(groupSize: groupSize, kernel: kernel)
    let packed = try storage.packed(seen)
    sizes[WeftStorage.name] = Double(packed.summary.packedBitCount)
    sizes["planes_zstd_3"] = PlanesZstd(level: 3, storage: storage).bitCount(of: packed)
    sizes[WeftArray.name] = Double(
      try packedForArray(seen, kind, groupSize: groupSize, kernel: kernel).summary.packedBitCount)
    return sizes
  }

  /// A tensor in the order that the array reads it in.
  static func packedForArray(
    _ tensor: BaselineTensor, _ kind: ComparedItem.Kind, groupSize: PackingRequest.GroupSizeChoice, kernel: Kernel
  ) throws(WeftError) -> PackedTensor {
    do throws(WeftError) {
      let order: LaneOrder = kind == .weights ? .filters : .channels
      return try WeftArray(order: order, groupSize: groupSize, kernel: kernel).packed(tensor)
    } catch {
      // Arrays without the axes of the order travel as they lie.
      guard [.orderNotApplicable, .precisionAboveSixteen, .settingNotApplicable].contains(error.rule) else {
        throw error
      }
      let request = PackingRequest(groupSize: groupSize, order: .fixed(.linear), compaction: .off)
      return try PackedTensor(packing: tensor.tensor, request: request, kernel: kernel)
    }
  }

  /// Biases are wider than the schemes code: those leave them raw, as containers carry them.
  private static func sizes(of array: StoredArray) -> [String: Double] {
    let bytes = array.region.bytes
    let raw = Double(8 * bytes.count)
    var sizes: [String: Double] = [:]
    for name in order { sizes[name] = raw }
    sizes["zstd_3"] = Double(8 * ZstdCodec(level: 3).compressedByteCount(bytes))
    sizes["zstd_19"] = Double(8 * ZstdCodec(level: 19).compressedByteCount(bytes))
    sizes["planes_zstd_3"] = sizes["zstd_3"]
    sizes["bitshuffle_zstd_3"] = sizes["zstd_3"]
    sizes["entropy0"] = EntropyFloor.bitCount(bytes)
    return sizes
  }
}
