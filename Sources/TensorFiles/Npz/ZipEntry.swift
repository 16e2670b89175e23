import Weft

/// One entry of a zip archive.
struct ZipEntry {
  let name: String
  /// Bytes in the archive.
  let storedByteCount: Int
  /// Bytes when inflated.
  let byteCount: Int
  let headerOffset: Int
  /// Where the bytes begin; known after `locate`.
  private(set) var dataOffset = 0
  private let isDeflated: Bool
  private let checksum: UInt32

  /// Deflate cannot make more of a byte than this.
  private static let maximumRatio = 1032

  /// Reads one record of the central directory.
  init(_ reader: inout ByteReader) throws(TensorFileError) {
    let start = reader.position
    guard try reader.number(UInt32.self) == 0x0201_4b50 else {
      throw TensorFileError(.malformed, "no entry of a zip directory", at: start)
    }
    try reader.skip(4)
    let flags = try reader.number(UInt16.self)
    let method = try reader.number(UInt16.self)
    try reader.skip(4)
    checksum = try reader.number(UInt32.self)
    let stored = try reader.number(UInt32.self)
    let whole = try reader.number(UInt32.self)
    let nameCount = Int(try reader.number(UInt16.self))
    let extraCount = Int(try reader.number(UInt16.self))
    let commentCount = Int(try reader.number(UInt16.self))
    try reader.skip(8)
    let header = try reader.number(UInt32.self)
    let nameBytes = try reader.take(nameCount)
    guard let name = nameBytes.text(0..<nameCount) else {
      throw TensorFileError(.malformed, "an entry's name is not UTF-8", at: start)
    }
    self.name = name
    let extra = try reader.take(extraCount)
    try reader.skip(commentCount)
    guard flags & 1 == 0 else { throw TensorFileError(.unsupported, "encrypted", place: "entry '\(name)'") }
    guard method == 0 || method == 8 else {
      throw TensorFileError(.unsupported, "compression method \(method)", place: "entry '\(name)'")
    }
    isDeflated = method == 8
    var sizes = [whole, stored, header].map { Int($0) }
    try Self.widen(&sizes, extra, name)
    (byteCount, storedByteCount, headerOffset) = (sizes[0], sizes[1], sizes[2])
    guard isDeflated ? byteCount / Self.maximumRatio <= storedByteCount : byteCount == storedByteCount else {
      throw TensorFileError(
        .inconsistent, "\(byteCount) bytes out of \(storedByteCount)", place: "entry '\(name)'")
    }
  }

  /// Takes 64-bit sizes from the extra field, for those that are all ones.
  private static func widen(
    _ sizes: inout [Int], _ extra: FileBytes, _ name: String
  ) throws(TensorFileError) {
    guard sizes.contains(0xffff_ffff) else { return }
    var reader = ByteReader(extra)
    while reader.position + 4 <= extra.count {
      let identifier = try reader.number(UInt16.self)
      let count = Int(try reader.number(UInt16.self))
      var field = ByteReader(try reader.take(count))
      guard identifier == 1 else { continue }
      for index in sizes.indices where sizes[index] == 0xffff_ffff { sizes[index] = try field.size() }
      return
    }
  }

  /// Finds the data behind the entry's own header, and holds both against the archive.
  mutating func locate(in bytes: FileBytes) throws(TensorFileError) {
    var reader = ByteReader(bytes, at: headerOffset)
    do throws(TensorFileError) {
      guard try reader.number(UInt32.self) == 0x0403_4b50 else {
        throw TensorFileError(.malformed, "no header of an entry", at: headerOffset)
      }
      try reader.skip(22)
      let nameCount = Int(try reader.number(UInt16.self))
      let extraCount = Int(try reader.number(UInt16.self))
      guard try reader.take(nameCount).elementsEqual(name.utf8) else {
        throw TensorFileError(.inconsistent, "the header has another name", at: headerOffset)
      }
      try reader.skip(extraCount)
      dataOffset = reader.position
      try reader.skip(storedByteCount)
    } catch { throw error.inside("entry '\(name)'") }
  }

  /// The entry's bytes: a window when stored, inflated otherwise. Checks the checksum.
  func contents(in file: ByteRegion) throws(TensorFileError) -> ByteRegion {
    let window = file.window(dataOffset..<dataOffset + storedByteCount)
    let region = isDeflated ? try Inflate.inflated(FileBytes(window), byteCount: byteCount) : window
    if isDeflated { window.relieve() }
    let found = Inflate.checksum(region)
    guard found == checksum else {
      throw TensorFileError(.inconsistent, "checksum \(found), \(checksum) expected")
    }
    return region
  }
}
