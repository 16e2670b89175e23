import Weft

extension ElementType {
  /// True when `other` is this type or a narrower width in the same signedness and container.
  public func fits(_ other: ElementType) -> Bool {
    isSigned == other.isSigned && container == other.container && other.width <= width
  }
}
