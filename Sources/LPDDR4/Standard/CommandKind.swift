/// The commands of an LPDDR4 channel that timing rules speak of.
///
/// An ACT stands for ACT-1 and ACT-2, a RD for RD-1 and CAS-2, and so on: a command starts on the first clock of its
/// first half (JESD209-4, command truth table).
public enum CommandKind: UInt8, BitwiseCopyable, Hashable, Sendable, CaseIterable {
  /// Opens a row.
  case activate
  case read
  /// Read with auto-precharge.
  case readPrecharge
  case write
  /// Write with auto-precharge.
  case writePrecharge
  case maskedWrite
  /// Masked write with auto-precharge.
  case maskedWritePrecharge
  /// Closes the row of one bank.
  case precharge
  case prechargeAll
  /// All-bank refresh.
  case refreshAll
  /// Refresh of one bank.
  case refreshBank
  case selfRefreshEntry
  case selfRefreshExit
  /// CKE goes low.
  case powerDownEntry
  /// CKE goes high.
  case powerDownExit

  /// RD, WR and MWR in all their forms.
  @inlinable public var isColumn: Bool {
    rawValue >= CommandKind.read.rawValue && rawValue <= CommandKind.maskedWritePrecharge.rawValue
  }

  /// RD and RDA.
  @inlinable public var isRead: Bool { self == .read || self == .readPrecharge }

  /// WR, MWR and their auto-precharge forms.
  @inlinable public var isWrite: Bool { isColumn && !isRead }

  /// True for the column commands that close their row by themselves.
  @inlinable public var hasAutoPrecharge: Bool {
    self == .readPrecharge || self == .writePrecharge || self == .maskedWritePrecharge
  }

  /// True for commands that name a bank.
  @inlinable public var namesBank: Bool {
    isColumn || self == .activate || self == .precharge || self == .refreshBank
  }

  /// The usual short name, as in `RDA`.
  public var name: StaticString {
    switch self {
    case .activate: "ACT"
    case .read: "RD"
    case .readPrecharge: "RDA"
    case .write: "WR"
    case .writePrecharge: "WRA"
    case .maskedWrite: "MWR"
    case .maskedWritePrecharge: "MWRA"
    case .precharge: "PRE"
    case .prechargeAll: "PREA"
    case .refreshAll: "REFab"
    case .refreshBank: "REFpb"
    case .selfRefreshEntry: "SRE"
    case .selfRefreshExit: "SRX"
    case .powerDownEntry: "PDE"
    case .powerDownExit: "PDX"
    }
  }
}
