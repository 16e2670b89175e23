import Networks
import Weft

/// A whole `.npy` file to an array and back, byte for byte.
public enum NpyFile {
  /// Metadata key of the original header, present where it differs from what `numpy.save` would write.
  public static let headerKey = "npy.header"

  /// Reads a file; the array is called `name`.
  ///
  /// Little-endian data is a window into `file`, without a copy. Big-endian data is copied to little-endian.
  /// A header that `NpyHeader.encoded()` would write differently is kept in the metadata under `headerKey`.
  /// Throws the errors of `NpyHeader.parse`, and `truncated` or `inconsistent` when the data's size is wrong.
  public static func read(_ file: ByteRegion, name: String) throws(TensorFileError) -> NetworkArray {
    let bytes = FileBytes(file)
    let (header, dataOffset) = try NpyHeader.parse(bytes)
    guard let byteCount = header.byteCount else {
      throw TensorFileError(.tooLarge, "shape \(header.shape) does not fit the address space", at: 0)
    }
    let found = file.count - dataOffset
    guard found >= byteCount else {
      throw TensorFileError(.truncated, "\(byteCount) bytes of data expected, \(found) found", at: dataOffset)
    }
    guard found == byteCount else {
      throw TensorFileError(
        .inconsistent, "\(found - byteCount) bytes after the data", at: dataOffset + byteCount)
    }
    var metadata: [MetadataItem] = []
    if header.isBigEndian || !header.encoded().elementsEqual(bytes[..<dataOffset]) {
      metadata = [MetadataItem(key: headerKey, value: Array(bytes[..<dataOffset]))]
    }
    var region = file.window(dataOffset..<file.count)
    if header.isBigEndian { region = ByteOrder.swapped(region, wordByteCount: header.wordByteCount) }
    return NetworkArray(
      name: name, type: header.type, shape: header.shape, isColumnMajor: header.isColumnMajor, metadata: metadata,
      region: region)
  }

  /// Header bytes and data of the file for a tensor; the two together are the file.
  ///
  /// The data is the tensor's own region unless the original header says big-endian. Throws `inconsistent` when
  /// `headerKey` in the metadata holds a header of another shape or type.
  public static func encode(
    _ tensor: QuantizedTensor
  ) throws(TensorFileError) -> (header: [UInt8], data: ByteRegion) {
    let descriptor = tensor.descriptor
    let (bytes, header) = try header(for: descriptor)
    guard header.isBigEndian else { return (bytes, tensor.region) }
    return (bytes, ByteOrder.swapped(tensor.region, wordByteCount: header.wordByteCount))
  }

  /// Header bytes and data of the file for a stored array; as for a tensor.
  public static func encode(_ array: StoredArray) throws(TensorFileError) -> (header: [UInt8], data: ByteRegion) {
    let plain = NpyHeader(type: array.type, isColumnMajor: array.isColumnMajor, shape: array.shape)
    let (bytes, header) = try original(in: array.metadata, plain: plain)
    guard header.isBigEndian else { return (bytes, array.region) }
    return (bytes, ByteOrder.swapped(array.region, wordByteCount: header.wordByteCount))
  }

  /// The header bytes of the file for a tensor, and the header they hold: for writing data piece by piece.
  ///
  /// Elements must be swapped by the caller when the header is big-endian. Throws as `encode` does.
  public static func header(
    for descriptor: TensorDescriptor
  ) throws(TensorFileError) -> (bytes: [UInt8], header: NpyHeader) {
    guard let type = ArrayType.allCases.first(where: { $0.elementType?.fits(descriptor.elementType) == true }) else {
      throw TensorFileError(.unsupported, "no array type for \(descriptor.elementType.name)")
    }
    let plain = NpyHeader(type: type, isColumnMajor: descriptor.isColumnMajor, shape: descriptor.shape)
    return try original(in: descriptor.metadata, plain: plain)
  }

  private static func original(
    in metadata: [MetadataItem], plain: NpyHeader
  ) throws(TensorFileError) -> ([UInt8], NpyHeader) {
    guard let item = metadata.first(where: { $0.key == headerKey }) else { return (plain.encoded(), plain) }
    let (header, dataOffset): (NpyHeader, Int)
    do { (header, dataOffset) = try NpyHeader.parse(item.value) } catch {
      throw error.inside("metadata '\(headerKey)'")
    }
    guard dataOffset == item.value.count, header.type == plain.type, header.shape == plain.shape,
      header.isColumnMajor == plain.isColumnMajor
    else {
      throw TensorFileError(.inconsistent, "the kept header is of another array", place: "metadata '\(headerKey)'")
    }
    return (item.value, header)
  }
}
