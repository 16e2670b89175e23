import CWeft
import LPDDR4

/// What a `weft_channel *` points to.
final class ChannelHandle {
  /// The face that requests came through since the last drain.
  enum Face {
    case none
    case tick
    case event
  }

  let channel: Channel
  private var face = Face.none

  init(_ channel: Channel) { self.channel = channel }

  static func make(_ configuration: ChannelConfiguration) throws(CallFailure) -> ChannelHandle {
    do throws(StandardError) {
      return ChannelHandle(try Channel(configuration))
    } catch {
      throw CallFailure(error)
    }
  }

  /// Throws `FACES_MIXED` when the other face is in use.
  @inline(__always)
  func use(_ wanted: Face) throws(CallFailure) {
    guard face == wanted || face == .none else {
      throw CallFailure(WEFT_ERROR_FACES_MIXED, "requests of both faces between two drains")
    }
    face = wanted
  }

  func drain() -> Int64 {
    channel.drain()
    face = .none
    return Int64(channel.clock)
  }

  @inline(__always)
  static func of(_ pointer: OpaquePointer?) throws(CallFailure) -> ChannelHandle {
    guard let pointer else { throw .null("the channel") }
    return Unmanaged<ChannelHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }
}
