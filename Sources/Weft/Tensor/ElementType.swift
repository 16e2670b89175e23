/// The integer type of a tensor's elements: signedness, width, and the container each element is stored in.
///
/// In memory an element takes one byte when its container has 4 or 8 bits and two little-endian bytes when it
/// has 16, sign-extended (signed) or zero-extended (unsigned) from `width` bits. A 4-bit container counts as
/// half a byte wherever raw sizes are reported (SPEC.md section 3.1).
public struct ElementType: Hashable, Sendable {
  /// Bits of one element as foreign formats store it.
  public enum Container: UInt8, Hashable, Sendable, CaseIterable {
    case bits4 = 4
    case bits8 = 8
    case bits16 = 16
  }

  /// Two's complement when true.
  public let isSigned: Bool
  /// Bits that carry the value, 1...`container.rawValue`.
  public let width: Int
  /// Bits of the storage container.
  public let container: Container

  /// Makes an element type; nil when `width` is not in 1...container bits.
  public init?(isSigned: Bool, width: Int, container: Container) {
    guard width >= 1, width <= Int(container.rawValue) else { return nil }
    self.isSigned = isSigned
    self.width = width
    self.container = container
  }

  private init(isSigned: Bool, container: Container) {
    self.isSigned = isSigned
    self.width = Int(container.rawValue)
    self.container = container
  }

  public static let int4 = ElementType(isSigned: true, container: .bits4)
  public static let uint4 = ElementType(isSigned: false, container: .bits4)
  public static let int8 = ElementType(isSigned: true, container: .bits8)
  public static let uint8 = ElementType(isSigned: false, container: .bits8)
  public static let int16 = ElementType(isSigned: true, container: .bits16)
  public static let uint16 = ElementType(isSigned: false, container: .bits16)

  /// Bytes one element takes in memory: 1 or 2.
  public var byteCount: Int { container == .bits16 ? 2 : 1 }

  /// Bits one element counts for in raw sizes: 4, 8 or 16.
  public var rawBitCount: Int { Int(container.rawValue) }

  /// The smallest value of the type.
  public var minimum: Int32 { isSigned ? -(1 << Int32(width - 1)) : 0 }

  /// The largest value of the type.
  public var maximum: Int32 { isSigned ? (1 << Int32(width - 1)) - 1 : (1 << Int32(width)) - 1 }

  /// `int8`, `uint4`, ...; a width below the container's follows a colon: `int16:12`.
  public var name: String {
    let base = (isSigned ? "int" : "uint") + String(container.rawValue)
    return width == Int(container.rawValue) ? base : base + ":" + String(width)
  }
}
