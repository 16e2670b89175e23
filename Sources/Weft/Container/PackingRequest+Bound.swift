extension PackingRequest {
  /// The most bytes that a container with one tensor takes, whatever its values and whatever this request leaves open.
  ///
  /// Throws where no choice of the request fits the descriptor. Cost: no time or memory for the values.
  public func containerByteBound(of descriptor: TensorDescriptor) throws(WeftError) -> Int {
    let groupSizes: [GroupSize] = if case .fixed(let size) = groupSize { [size] } else { GroupSize.allCases }
    let orders: [LaneOrder] = if case .fixed(let order) = order { [order] } else { [.linear, .spatial] }
    var largest: Int?
    var failure: WeftError?
    for order in orders {
      for groupSize in groupSizes {
        do throws(WeftError) {
          let bound = try byteBound(of: descriptor, order: order, groupSize: groupSize)
          largest = max(largest ?? 0, bound)
        } catch {
          failure = failure ?? error
        }
      }
    }
    guard let largest else { throw failure! }
    return largest
  }

  private func byteBound(
    of descriptor: TensorDescriptor, order: LaneOrder, groupSize: GroupSize
  ) throws(WeftError) -> Int {
    // Precisions never exceed 16, and 16 entries are the most that a table has.
    let settings = PackingSettings(
      order: order, groupSize: groupSize, block: block ?? order.defaultBlock, table: PrecisionTable(1...16)!,
      isSigned: descriptor.elementType.isSigned)
    let geometry = try settings.geometry(of: descriptor)
    let record = TensorRecord(descriptor: descriptor, settings: settings)
    var index = ByteBuilder()
    try IndexEntry(kind: .tensor(record, PrecisionHistogram()), offset: 0).appendHead(to: &index)
    // A frame and a piece take 8 bytes each besides.
    let indexBytes = 8 + index.bytes.count + 8 * (geometry.frameCount + geometry.pieceCount)
    let records = FileHeader.byteCount + FileHeader.endByteCount + 2 * RecordHeader.byteCount
    return records + padded(try record.encoded().count) + padded(indexBytes)
      + geometry.frameCount * geometry.frameByteBound(largest: 16)
  }
}
