import Weft

/// Shapes, layouts and types in `network.json`.
enum ShapeText {
  static func shape(_ object: inout JSONObject, _ key: String) throws(NetworkError) -> [Int] {
    let shape = try object.needed(try object.integers(key), key)
    guard shape.count <= LayerGraph.maximumRank, shape.allSatisfy({ $0 >= 0 }) else {
      throw object.error(.inconsistent, "\(shape) is no shape", key: key)
    }
    return shape
  }

  static func layout(
    _ object: inout JSONObject, rank: Int, default standard: String?
  ) throws(NetworkError) -> TensorLayout {
    guard let text = try object.string("layout") ?? standard.flatMap({ $0.utf8.count == rank ? $0 : nil }) else {
      return .standard(rank: rank)
    }
    guard let layout = TensorLayout(text), layout.roles.count == rank else {
      throw object.error(.inconsistent, "'\(text)' is no layout of \(rank) axes", key: "layout")
    }
    return layout
  }

  static func type(_ object: inout JSONObject) throws(NetworkError) -> ArrayType {
    let text = try object.needed(try object.string("dtype"), "dtype")
    guard let type = ArrayType(rawValue: text) else { throw object.error(.unsupported, "'\(text)'", key: "dtype") }
    return type
  }

  static func integers(_ values: [Int]) -> JSONValue { .array(values.map { .integer(Int64($0)) }) }
}
