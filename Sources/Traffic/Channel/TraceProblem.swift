/// What is wrong with a line of a request trace: what, where, expected, found.
public struct TraceProblem: Error, Hashable, Sendable, CustomStringConvertible {
  public var what: String
  /// Number of the line, from 1.
  public var line = 0
  public var expected: String
  public var found: String

  /// `what (line N, expected E, found F)`.
  public var description: String { "\(what) (line \(line), expected \(expected), found \(found))" }
}
