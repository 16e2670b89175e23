/// How many serial inner-product units an array has, and how they are laid out.
public struct ArrayGeometry: Hashable, Sendable {
  /// Filters side by side.
  public var rows: Int
  /// Windows side by side.
  public var columns: Int
  /// Products a unit adds up: channels of one brick.
  public static let lanes = 16

  /// Makes a geometry; nil unless both numbers are in 1...65,536.
  public init?(rows: Int, columns: Int) {
    guard (1...65_536).contains(rows), (1...65_536).contains(columns) else { return nil }
    self.rows = rows
    self.columns = columns
  }
}
