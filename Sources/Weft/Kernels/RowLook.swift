/// What unpacking a group of 16 takes, by its header index: looked up, for precisions change from group to group and no
/// branch on them could be foretold.
struct RowLook<Group: ScalarGroup> {
  /// Ones in the planes that are stored.
  var planes: Group
  /// The sign bit of the group's values.
  var sign: UInt64
  /// Bytes of its rows.
  var byteCount: Int

  /// Of an index past the last table entry, which no valid header has, a group without planes.
  init(_ coding: GroupCoding, index: Int) {
    let precision = Int(coding.precisions[index])
    let stored = 2 * precision > Group.byteCount ? 0 : precision
    planes = Group.lowestPlanes(stored)
    sign = Group.sign(of: stored)
    byteCount = 2 * stored
  }
}
