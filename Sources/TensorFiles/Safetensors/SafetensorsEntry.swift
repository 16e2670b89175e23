import Networks

/// One tensor in the header of a `.safetensors` file.
struct SafetensorsEntry {
  let name: String
  let type: String
  let shape: [Int]
  /// First byte, counted from the end of the header.
  let begin: Int
  /// Byte behind the last.
  let end: Int

  init(_ member: JSONMember) throws(NetworkError) {
    name = member.key
    var object = try JSONObject(member.value, place: "tensor '\(member.key)'")
    type = try object.needed(try object.string("dtype"), "dtype")
    guard case .array? = object.copy("shape"), case .array? = object.copy("data_offsets") else {
      throw object.error(.malformed, "lists are expected", key: "shape")
    }
    shape = try object.integers("shape") ?? []
    let offsets = try object.integers("data_offsets") ?? []
    guard shape.count <= NpyHeader.maximumRank, shape.allSatisfy({ $0 >= 0 }) else {
      throw object.error(.inconsistent, "\(shape.prefix(40)) is no shape", key: "shape")
    }
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
      throw object.error(.inconsistent, "\(offsets.prefix(4)) is no range", key: "data_offsets")
    }
    (begin, end) = (offsets[0], offsets[1])
    if let key = object.rest.first?.key { throw object.error(.malformed, "unexpected", key: key) }
  }
}
