/// Who watches a channel. Watching changes nothing; with `onCommand` every command is made one by one, without it idle
/// stretches are skipped.
public struct Observers {
  /// Called for every command, in order.
  public var onCommand: ((IssuedCommand) -> Void)?
  /// Called for every burst when its column command starts, in that order.
  public var onCompletion: ((Completion) -> Void)?

  public init(onCommand: ((IssuedCommand) -> Void)? = nil, onCompletion: ((Completion) -> Void)? = nil) {
    self.onCommand = onCommand
    self.onCompletion = onCompletion
  }
}
