/// One channel without a controller: takes commands or says why not. For command traces made elsewhere.
public struct Device: ~Copyable {
  private var state: DeviceState

  /// A device at clock 0 with every bank closed.
  public init(_ standard: Standard) { state = DeviceState(standard) }

  // The state is this value's own, and this is its end.
  deinit { unsafe state.free() }

  /// Starts a command, or says why it may not start.
  ///
  /// Throws `Refusal`. `bank` must be below the number of banks; `row` is the row to open, or the row that a column command
  /// means.
  public mutating func issue(_ kind: CommandKind, bank: Int = 0, row: Int = 0, at clock: Int) throws(Refusal) {
    precondition(bank >= 0 && bank < state.bankCount)
    guard state.allows(kind, bank: bank, row: row) else { throw .state }
    let first = state.earliest(kind, bank: bank)
    guard clock >= first else { throw .notBefore(first) }
    state.start(kind, bank: bank, row: row, at: clock)
  }

  /// First clock at which the timing rows and the bus allow a command.
  public func earliest(_ kind: CommandKind, bank: Int = 0) -> Int { state.earliest(kind, bank: bank) }

  /// The open row of a bank, or -1.
  public func openRow(_ bank: Int) -> Int { state.openRow(bank) }

  /// Whether the channel is awake.
  public var power: PowerState { state.power }
}
