import Networks
import Weft

/// Reads `.safetensors` files: eight bytes of header size, a JSON header, and the tensors' bytes.
///
/// Source: huggingface/safetensors, README and `tensor.rs`.
public enum SafetensorsFile {
  /// Longest header that is read, as in the format's own library.
  public static let maximumHeaderByteCount = 100_000_000

  /// Reads a file: every tensor a window into it, in the order of the bytes, under its own name.
  ///
  /// Tensors must cover the bytes behind the header without gap or overlap. Throws `truncated`, `malformed`,
  /// `tooLarge` or `inconsistent` with the tensor's name. Types that numpy has no integer or float for are skipped
  /// with a notice.
  public static func read(_ file: ByteRegion) throws(TensorFileError) -> ModelFile {
    guard file.count >= 8 else { throw TensorFileError(.truncated, "8 bytes expected, \(file.count) found", at: 0) }
    let bytes = FileBytes(file)
    let count = bytes.number(UInt64.self, at: 0)
    guard count <= maximumHeaderByteCount else {
      throw TensorFileError(.tooLarge, "header of \(count) bytes, at most \(maximumHeaderByteCount) are read", at: 0)
    }
    let dataOffset = 8 + Int(count)
    guard dataOffset <= file.count else {
      throw TensorFileError(.truncated, "header of \(count) bytes, \(file.count - 8) found", at: 8)
    }
    let entries = try header(FileBytes(bytes, 8..<dataOffset))
    var end = 0
    var arrays: [NetworkArray] = []
    var notices: [String] = []
    var skipped: [String: Int] = [:]
    for entry in entries.tensors.sorted(by: { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }) {
      guard entry.begin == end else {
        let what = entry.begin < end ? "overlaps the one before it" : "leaves a gap of \(entry.begin - end) bytes"
        throw TensorFileError(.inconsistent, what, place: "tensor '\(entry.name)'")
      }
      end = entry.end
      guard end <= file.count - dataOffset else {
        throw TensorFileError(
          .truncated, "ends at byte \(end) of \(file.count - dataOffset)", place: "tensor '\(entry.name)'")
      }
      guard let type = types[entry.type] else {
        skipped[entry.type, default: 0] += 1
        continue
      }
      guard ArrayVolume.byteCount(entry.shape, elementByteCount: type.byteCount) == end - entry.begin else {
        throw TensorFileError(
          .inconsistent, "\(entry.type) \(entry.shape) in \(end - entry.begin) bytes", place: "tensor '\(entry.name)'")
      }
      let region = file.window(dataOffset + entry.begin..<dataOffset + end)
      arrays.append(NetworkArray(name: entry.name, type: type, shape: entry.shape, region: region))
    }
    guard end == file.count - dataOffset else {
      throw TensorFileError(.inconsistent, "\(file.count - dataOffset - end) bytes behind the last tensor")
    }
    if entries.metadataCount > 0 { notices.append("\(entries.metadataCount) metadata entries left out") }
    notices += skipped.sorted { $0.key < $1.key }.map { "\($0.value) tensors of type \($0.key) skipped" }
    return ModelFile(arrays: arrays, notices: notices)
  }

  static let types: [String: ArrayType] = [
    "BOOL": .bool, "I8": .int8, "U8": .uint8, "I16": .int16, "U16": .uint16, "I32": .int32, "U32": .uint32,
    "I64": .int64, "U64": .uint64, "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64,
    "C64": .complex64, "F8_E4M3": .float8e4m3, "F8_E5M2": .float8e5m2,
  ]

  private static func header(
    _ text: FileBytes
  ) throws(TensorFileError) -> (tensors: [SafetensorsEntry], metadataCount: Int) {
    do {
      // Seven values a tensor, for a million and some tensors.
      let limits = JSONLimits(byteCount: maximumHeaderByteCount, depth: 4, valueCount: 10_000_000)
      // The parser keeps none of the bytes.
      let value = try unsafe text.withPointer { bytes throws(NetworkError) in
        try unsafe JSONParser.parse(bytes, limits: limits)
      }
      let object = try JSONObject(value, place: "header")
      var tensors: [SafetensorsEntry] = []
      var metadataCount = 0
      for member in object.rest {
        if member.key == "__metadata__" {
          metadataCount = try JSONObject(member.value, place: "header, key '__metadata__'").rest.count
        } else {
          tensors.append(try SafetensorsEntry(member))
        }
      }
      return (tensors, metadataCount)
    } catch { throw TensorFileError(error) }
  }
}
