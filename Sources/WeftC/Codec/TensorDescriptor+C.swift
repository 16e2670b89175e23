import CWeft
import Weft

extension TensorDescriptor {
  /// The descriptor that a C caller gives. Throws `INVALID_ARGUMENT` for what no tensor has.
  init(_ pointer: UnsafePointer<weft_tensor>?) throws(CallFailure) {
    guard let pointer else { throw .null("the tensor") }
    let given = try CStruct.read(pointer, over: .initial)
    func invalid(_ what: CallFailure.Words) -> CallFailure { CallFailure(WEFT_ERROR_INVALID_ARGUMENT, what) }
    guard let type = ElementType(given) else { throw invalid("type \(given.type) with \(given.width) bits") }
    guard (0...8).contains(given.rank) else { throw invalid("rank \(given.rank)") }
    let extents = withUnsafeBytes(of: given.shape) { Array($0.bindMemory(to: Int64.self)) }
    var shape: [Int] = []
    var values = 1
    for extent in extents.prefix(Int(given.rank)) {
      guard extent >= 0, extent <= FormatLimits.values else { throw invalid("extent \(extent)") }
      shape.append(Int(extent))
      let (product, overflows) = values.multipliedReportingOverflow(by: max(1, Int(extent)))
      guard !overflows, product <= FormatLimits.values else { throw invalid("a shape of 2^48 values or more") }
      values = product
    }
    let letters = try CText.field(given.layout)
    var layout: TensorLayout?
    if !letters.isEmpty {
      layout = TensorLayout(letters)
      guard layout?.roles.count == shape.count else {
        throw invalid("layout '\(letters)' of a tensor of rank \(shape.count)")
      }
    }
    guard given.convolution_groups >= 1 else { throw invalid("\(given.convolution_groups) convolution groups") }
    let name = given.name == nil ? "tensor" : try CText.read(given.name)
    self.init(
      name: name, shape: shape, elementType: type, layout: layout, isColumnMajor: given.is_column_major != 0,
      convolutionGroups: Int(given.convolution_groups),
      zeroPoint: given.has_zero_point != 0 ? given.zero_point : nil)
  }

  /// What a C caller is told; the name is asked for apart.
  var told: weft_tensor {
    var told = weft_tensor.initial
    let types: [ElementType] = [.int4, .uint4, .int8, .uint8, .int16, .uint16]
    for (place, type) in types.enumerated()
    where type.isSigned == elementType.isSigned && type.container == elementType.container {
      told.type = Int32(place + 1)
    }
    told.width = Int32(elementType.width)
    told.rank = Int32(shape.count)
    told.is_column_major = isColumnMajor ? 1 : 0
    withUnsafeMutableBytes(of: &told.shape) { target in
      let target = target.bindMemory(to: Int64.self)
      for (axis, extent) in shape.prefix(target.count).enumerated() { target[axis] = Int64(extent) }
    }
    withUnsafeMutableBytes(of: &told.layout) { target in
      for (axis, role) in layout.roles.prefix(target.count - 1).enumerated() {
        target[axis] =
          switch role {
          case .outer: UInt8(ascii: layout.isDepthwise ? "1" : "N")
          case .position: UInt8(ascii: "H")
          case .channel: UInt8(ascii: "C")
          }
      }
    }
    told.has_zero_point = zeroPoint == nil ? 0 : 1
    told.zero_point = zeroPoint ?? 0
    told.convolution_groups = Int64(convolutionGroups)
    return told
  }
}

extension weft_tensor {
  /// WEFT_TENSOR_INIT, which Swift does not see.
  static var initial: weft_tensor {
    var tensor = weft_tensor()
    tensor.size = MemoryLayout<weft_tensor>.size
    tensor.type = Int32(WEFT_INT8.rawValue)
    tensor.convolution_groups = 1
    return tensor
  }
}

extension ElementType {
  fileprivate init?(_ given: weft_tensor) {
    let types: [ElementType] = [.int4, .uint4, .int8, .uint8, .int16, .uint16]
    guard (1...6).contains(given.type) else { return nil }
    let type = types[Int(given.type) - 1]
    self.init(
      isSigned: type.isSigned, width: given.width == 0 ? type.width : Int(given.width), container: type.container)
  }
}
