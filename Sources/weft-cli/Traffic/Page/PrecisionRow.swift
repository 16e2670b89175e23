import Baselines
import Networks
import Weft

/// How many groups of one tensor are stored with each precision, in the order that the array reads.
struct PrecisionRow: Sendable {
  var name: String
  var kind: ComparedItem.Kind
  /// 17 counts, of precisions 0...16.
  var counts: [Int]

  init(_ item: ComparedItem, groupSize: PackingRequest.GroupSizeChoice, kernel: Kernel) throws {
    name = item.array.name
    kind = item.kind
    counts = [Int](repeating: 0, count: 17)
    guard case .tensor(let tensor) = item.array else { return }
    let packed = try SchemeSizes.packedForArray(BaselineTensor(tensor), kind, groupSize: groupSize, kernel: kernel)
    for precision in 0...16 { counts[precision] = packed.summary.histogram[precision] }
  }

  var groupCount: Int { counts.reduce(0, +) }

  /// Mean precision of the groups; 0 without any.
  var mean: Double {
    let bits = counts.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) }
    return groupCount == 0 ? 0 : bits / Double(groupCount)
  }

  /// Part of the groups at a precision.
  func share(_ precision: Int) -> Double { groupCount == 0 ? 0 : Double(counts[precision]) / Double(groupCount) }
}
