import Weft

/// The extents of a tensor by meaning, whatever order its axes are stored in: outer, height, width, channel.
///
/// A single position axis is the width; absent axes are 1.
public struct CanonicalShape: Hashable, Sendable {
  /// Outer, height, width, channel.
  public let extents: [Int]
  /// For each stored axis its place in `extents`.
  let places: [Int]

  /// Sorts the axes; nil for more than two position axes.
  public init?(_ shape: [Int], _ layout: TensorLayout) {
    precondition(shape.count == layout.roles.count)
    var nextPosition = layout.roles.count { $0 == .position } == 2 ? 1 : 2
    guard layout.roles.count(where: { $0 == .position }) <= 2 else { return nil }
    var extents = [1, 1, 1, 1]
    var places: [Int] = []
    for (extent, role) in zip(shape, layout.roles) {
      let place: Int
      switch role {
      case .outer: place = 0
      case .channel: place = 3
      case .position:
        place = nextPosition
        nextPosition += 1
      }
      places.append(place)
      extents[place] = extent
    }
    self.extents = extents
    self.places = places
  }

  /// Rows of the image.
  public var height: Int { extents[1] }
  /// Columns of the image.
  public var width: Int { extents[2] }
  /// Channels.
  public var channels: Int { extents[3] }
  /// Batch, or filters.
  public var outer: Int { extents[0] }
}
