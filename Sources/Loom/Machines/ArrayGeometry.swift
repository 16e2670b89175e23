/// How many serial inner-product units an array has, and how they are laid out.
public struct ArrayGeometry: Hashable, Sendable {
  /// Filters side by side.
  public var rows: Int
  /// Windows side by side.
  public var columns: Int
  /// Products a unit adds up: channels of one brick.
  public static let lanes = 16

  /// Units at most: far beyond any array that was built.
  public static let maximumUnits = 1 << 24

  /// Makes a geometry; nil unless both numbers are in 1...65,536 and there are at most `maximumUnits` units.
  public init?(rows: Int, columns: Int) {
    guard (1...65_536).contains(rows), (1...65_536).contains(columns), rows * columns <= ArrayGeometry.maximumUnits
    else { return nil }
    self.rows = rows
    self.columns = columns
  }
}
