import Networks
import Weft

/// Gives the values of an ONNX tensor as bytes, from wherever they are.
struct OnnxValues {
  let file: ByteRegion
  /// The folder that external data is looked for in.
  let folder: String
  private var externalFiles: [String: ByteRegion] = [:]
  private var budget: ArrayBudget

  init(file: ByteRegion, folder: String) {
    budget = ArrayBudget(fileByteCount: file.count)
    self.file = file
    self.folder = folder
  }

  /// The values, little-endian, 4-bit ones a byte each. Windows where the bytes are as they should be; typed fields
  /// and 4-bit integers are converted. Throws with the tensor's name.
  mutating func region(_ tensor: OnnxTensor, type: ArrayType) throws(TensorFileError) -> ByteRegion {
    do throws(TensorFileError) {
      guard let valueCount = ArrayVolume.valueCount(tensor.shape),
        let byteCount = ArrayVolume.byteCount(tensor.shape, elementByteCount: type.byteCount)
      else { throw TensorFileError(.tooLarge, "shape \(tensor.shape)") }
      let isNibbles = type == .int4 || type == .uint4
      let storedCount = isNibbles ? PackedNibbles.byteCount(valueCount) : byteCount
      let stored: ByteRegion
      if tensor.isExternal {
        stored = try external(tensor, byteCount: storedCount)
      } else if let range = tensor.rawData {
        guard range.count == storedCount else {
          throw TensorFileError(
            .inconsistent, "\(storedCount) bytes expected, \(range.count) found", at: range.lowerBound)
        }
        stored = file.window(range)
      } else {
        stored = try OnnxTypedValues(file: FileBytes(file), tensor: tensor, type: type).region(byteCount: storedCount)
      }
      try budget.spend(byteCount, on: tensor.name)
      guard isNibbles else { return stored }
      return try PackedNibbles.expand(FileBytes(stored), valueCount: valueCount, isSigned: type == .int4)
    } catch { throw error.inside("tensor '\(tensor.name)'") }
  }

  private mutating func external(_ tensor: OnnxTensor, byteCount: Int) throws(TensorFileError) -> ByteRegion {
    guard let location = tensor.external["location"] else {
      throw TensorFileError(.inconsistent, "external data without a location")
    }
    let source: ByteRegion
    if let known = externalFiles[location] {
      source = known
    } else {
      source = try MappedFile.open(try RelativePath.join(folder, location))
      externalFiles[location] = source
      budget.add(fileByteCount: source.count)
    }
    guard let offset = Int(tensor.external["offset"] ?? "0"), offset >= 0,
      let length = Int(tensor.external["length"] ?? "\(byteCount)")
    else { throw TensorFileError(.malformed, "offset or length of external data") }
    guard length == byteCount else {
      throw TensorFileError(.inconsistent, "\(byteCount) bytes expected, length is \(length)", place: location)
    }
    guard offset <= source.count, byteCount <= source.count - offset else {
      throw TensorFileError(
        .truncated, "\(byteCount) bytes at \(offset), the file has \(source.count)", place: location)
    }
    return source.window(offset..<offset + byteCount)
  }
}
