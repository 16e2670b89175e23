/// Zeros around the image, side by side; sides may differ.
public struct Padding: Hashable, Sendable {
  /// Rows above the image.
  public var top: Int
  /// Columns before the image.
  public var left: Int
  /// Rows below the image.
  public var bottom: Int
  /// Columns behind the image.
  public var right: Int

  /// Makes a padding; none by default.
  public init(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }
}
