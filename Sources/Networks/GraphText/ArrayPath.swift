/// Paths of a network folder's arrays, and the names those arrays have.
enum ArrayPath {
  /// `weights/conv_w.npy` to `weights/conv_w`; nil stays nil.
  static func name(_ path: String?, place: String) throws(NetworkError) -> String? {
    guard let path else { return nil }
    guard path.hasSuffix(".npy"), path.utf8.count > 4 else {
      throw NetworkError(.unsupported, "file '\(path)' is no .npy file", place: place)
    }
    return String(path.dropLast(4))
  }

  static func path(_ name: String) -> JSONValue { .string(name + ".npy") }

  /// The member `files`: for each sample its array.
  static func files(_ object: inout JSONObject, place: String) throws(NetworkError) -> [SampleFile] {
    guard let files = try object.object("files") else { return [] }
    var result: [SampleFile] = []
    for member in files.rest {
      guard case .string(let path) = member.value, let array = try name(path, place: place) else {
        throw files.error(.malformed, "a path is expected", key: member.key)
      }
      result.append(SampleFile(sample: member.key, array: array))
    }
    return result
  }

  static func files(_ files: [SampleFile]) -> JSONMember {
    JSONMember("files", .object(files.map { JSONMember($0.sample, path($0.array)) }))
  }
}
