/// Reads the central directory of a zip archive.
enum ZipDirectory {
  /// Most entries that are read.
  static let maximumEntryCount = 1 << 17

  /// The entries in the order of their data, which do not lie over each other.
  static func entries(of bytes: FileBytes) throws(TensorFileError) -> [ZipEntry] {
    let end = try endRecord(of: bytes)
    guard end.count <= maximumEntryCount else {
      throw TensorFileError(.tooLarge, "\(end.count) entries, at most \(maximumEntryCount) are read", at: end.offset)
    }
    var entries: [ZipEntry] = []
    var reader = ByteReader(bytes, at: end.offset)
    for _ in 0..<end.count { entries.append(try ZipEntry(&reader)) }
    entries.sort { $0.headerOffset < $1.headerOffset }
    var previousEnd = 0
    for index in entries.indices {
      try entries[index].locate(in: bytes)
      guard entries[index].headerOffset >= previousEnd else {
        throw TensorFileError(
          .inconsistent, "lies over the one before it", place: "entry '\(entries[index].name)'")
      }
      previousEnd = entries[index].dataOffset + entries[index].storedByteCount
    }
    return entries
  }

  /// Where the central directory begins, and how many entries it has.
  private static func endRecord(of bytes: FileBytes) throws(TensorFileError) -> (offset: Int, count: Int) {
    guard bytes.count >= 22 else { throw TensorFileError(.truncated, "22 bytes expected, \(bytes.count) found", at: 0) }
    var position = bytes.count - 22
    let last = max(0, position - 0xffff)
    while position >= last {
      var reader = ByteReader(bytes, at: position)
      if try reader.number(UInt32.self) == 0x0605_4b50 { return try endRecord(bytes, at: position) }
      position -= 1
    }
    throw TensorFileError(.malformed, "no end of a zip archive", at: bytes.count)
  }

  private static func endRecord(
    _ bytes: FileBytes, at position: Int
  ) throws(TensorFileError) -> (offset: Int, count: Int) {
    var reader = ByteReader(bytes, at: position + 4)
    let disks = (try reader.number(UInt16.self), try reader.number(UInt16.self))
    let here = try reader.number(UInt16.self)
    let count = try reader.number(UInt16.self)
    _ = try reader.number(UInt32.self)
    let offset = try reader.number(UInt32.self)
    if position >= 20 {
      var locator = ByteReader(bytes, at: position - 20)
      if try locator.number(UInt32.self) == 0x0706_4b50 {
        _ = try locator.number(UInt32.self)
        return try largeEndRecord(bytes, at: try locator.size())
      }
    }
    guard disks == (0, 0), here == count else {
      throw TensorFileError(.unsupported, "an archive in several parts", at: position)
    }
    return (Int(offset), Int(count))
  }

  private static func largeEndRecord(
    _ bytes: FileBytes, at position: Int
  ) throws(TensorFileError) -> (offset: Int, count: Int) {
    var reader = ByteReader(bytes, at: position)
    guard try reader.number(UInt32.self) == 0x0606_4b50 else {
      throw TensorFileError(.malformed, "no zip64 end record", at: position)
    }
    try reader.skip(8 + 2 + 2)
    let disks = (try reader.number(UInt32.self), try reader.number(UInt32.self))
    let here = try reader.size()
    let count = try reader.size()
    _ = try reader.size()
    let offset = try reader.size()
    guard disks == (0, 0), here == count else {
      throw TensorFileError(.unsupported, "an archive in several parts", at: position)
    }
    return (offset, count)
  }
}
