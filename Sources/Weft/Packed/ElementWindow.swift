/// Where decoded elements go: part of a tensor's memory, `indices` of it. Elements outside are passed over.
@safe
public struct ElementWindow {
  public let indices: Range<Int>
  /// Element `indices.lowerBound` lies at byte 0.
  public let memory: UnsafeMutableRawBufferPointer

  /// `memory` has room for `indices.count` elements.
  public init(indices: Range<Int>, memory: UnsafeMutableRawBufferPointer) {
    self.indices = indices
    unsafe self.memory = memory
  }

  /// Where elements go that lie together in memory; nil when some are not wanted.
  @inline(__always)
  func place(of elements: Range<Int>, elementBytes: Int) -> UnsafeMutableRawPointer? {
    guard elements.lowerBound >= indices.lowerBound, elements.upperBound <= indices.upperBound else { return nil }
    // Inside `indices`, as was asked.
    return unsafe memory.baseAddress.map { unsafe $0 + (elements.lowerBound - indices.lowerBound) * elementBytes }
  }

  /// Copies a run of lanes to their elements.
  @inline(__always)
  func store(_ run: LaneRun, from lanes: UnsafeRawPointer, elementBytes: Int) {
    var run = run
    if run.stride >= 0, run.memoryIndex < indices.lowerBound || run.lastMemoryIndex >= indices.upperBound {
      guard let clipped = run.clipped(to: indices) else { return }
      run = clipped
    }
    // What is left of the run lies in `indices`; the caller's lanes hold the whole run.
    let target = unsafe memory.baseAddress! + (run.memoryIndex - indices.lowerBound) * elementBytes
    let source = unsafe lanes + run.lane * elementBytes
    if run.stride == 1 {
      unsafe target.copyMemory(from: source, byteCount: run.count * elementBytes)
    } else if elementBytes == 1 {
      for lane in 0..<run.count {
        unsafe target.storeBytes(
          of: (source + lane).load(as: UInt8.self), toByteOffset: lane * run.stride, as: UInt8.self)
      }
    } else {
      for lane in 0..<run.count {
        let value = unsafe (source + 2 * lane).loadUnaligned(as: UInt16.self)
        unsafe target.storeBytes(of: value, toByteOffset: 2 * lane * run.stride, as: UInt16.self)
      }
    }
  }
}

extension LaneRun {
  var lastMemoryIndex: Int { memoryIndex + (count - 1) * stride }

  /// The part of the run whose elements lie in `indices`; nil when none does.
  func clipped(to indices: Range<Int>) -> LaneRun? {
    guard stride > 0 else { return count > 0 && indices.contains(memoryIndex) ? self : nil }
    let first = max(0, (indices.lowerBound - memoryIndex + stride - 1) / stride)
    let last = min(count - 1, (indices.upperBound - 1 - memoryIndex) / stride)
    guard indices.upperBound > memoryIndex, first <= last else { return nil }
    return LaneRun(
      lane: lane + first, memoryIndex: memoryIndex + first * stride, count: last - first + 1, stride: stride)
  }
}
