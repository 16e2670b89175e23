import Networks
import Weft

/// Reads `.npz` files: zip archives of `.npy` arrays, stored or deflated, zip64 or not.
///
/// Source: numpy `lib/_npyio_impl.py`; PKWARE APPNOTE 6.3.
public enum NpzFile {
  /// Most bytes that the arrays of one archive have when inflated, unless the caller says otherwise.
  public static let defaultByteLimit = 4 << 30

  /// Reads an archive; arrays are called as their entries without `.npy`.
  ///
  /// Stored arrays are windows into `file`; deflated ones are inflated, large ones to a temporary file. Entries that
  /// are no `.npy` are skipped with a notice. Throws `truncated`, `malformed`, `inconsistent` (checksum, sizes,
  /// entries over each other), `unsupported` (encryption, another method) or `tooLarge` with the entry.
  public static func read(
    _ file: ByteRegion, byteLimit: Int = defaultByteLimit
  ) throws(TensorFileError) -> ModelFile {
    let entries = try ZipDirectory.entries(of: FileBytes(file))
    var total = 0
    for entry in entries {
      let (sum, overflow) = total.addingReportingOverflow(entry.byteCount)
      guard !overflow, sum <= byteLimit else {
        throw TensorFileError(.tooLarge, "more than \(byteLimit) bytes when inflated", place: "entry '\(entry.name)'")
      }
      total = sum
    }
    var arrays: [NetworkArray] = []
    var names: Set<String> = []
    var skippedCount = 0
    for entry in entries {
      guard entry.name.hasSuffix(".npy") else {
        skippedCount += 1
        continue
      }
      let name = String(entry.name.dropLast(4))
      do throws(TensorFileError) {
        guard names.insert(name).inserted else { throw TensorFileError(.inconsistent, "the name is there twice") }
        let contents = try entry.contents(in: file)
        arrays.append(try NpyFile.read(contents, name: name))
        // One array alone is read next; many would all keep their memory.
        if entries.count > 1 { contents.relieve() }
      } catch { throw error.inside("entry '\(entry.name)'") }
    }
    let notices = skippedCount > 0 ? ["\(skippedCount) entries that are no .npy skipped"] : []
    return ModelFile(arrays: arrays, notices: notices)
  }
}
