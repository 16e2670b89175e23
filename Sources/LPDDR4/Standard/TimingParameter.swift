/// The timing parameters that the rows of `ConstraintTable` are made of. All are kept in clocks.
public enum TimingParameter: UInt8, Hashable, Sendable, CaseIterable {
  case nRL, nWL, nBurst, nRCD, nRPpb, nRPab, nRAS, nRRD, nFAW
  case nWR, nWTR, nRTP, nPPD, nCCDMW, nDQSCK, nDQSS, nDQS2DQ, nWPRE, nRPST
  case nREFI, nREFIpb, nRFCab, nRFCpb, nPBR2PBR
  case nXP, nXSR, nESCKE, nCMDCKE, nCKE, nSR

  /// Name as in a table of timings, with `n` for a count of clocks.
  public var name: StaticString {
    switch self {
    case .nRL: "nRL"
    case .nWL: "nWL"
    case .nBurst: "nBurst"
    case .nRCD: "nRCD"
    case .nRPpb: "nRPpb"
    case .nRPab: "nRPab"
    case .nRAS: "nRAS"
    case .nRRD: "nRRD"
    case .nFAW: "nFAW"
    case .nWR: "nWR"
    case .nWTR: "nWTR"
    case .nRTP: "nRTP"
    case .nPPD: "nPPD"
    case .nCCDMW: "nCCDMW"
    case .nDQSCK: "nDQSCK"
    case .nDQSS: "nDQSS"
    case .nDQS2DQ: "nDQS2DQ"
    case .nWPRE: "nWPRE"
    case .nRPST: "nRPST"
    case .nREFI: "nREFI"
    case .nREFIpb: "nREFIpb"
    case .nRFCab: "nRFCab"
    case .nRFCpb: "nRFCpb"
    case .nPBR2PBR: "nPBR2PBR"
    case .nXP: "nXP"
    case .nXSR: "nXSR"
    case .nESCKE: "nESCKE"
    case .nCMDCKE: "nCMDCKE"
    case .nCKE: "nCKE"
    case .nSR: "nSR"
    }
  }

  /// JEDEC's wording and where the number was taken from.
  public var source: StaticString {
    switch self {
    case .nRL, .nWL: "JESD209-4 MR2, read and write latency; DRAMSys 4266"
    case .nBurst: "BL/2; JESD209-4 MR1"
    case .nRCD: "tRCD max(18 ns, 4 nCK); JESD209-4 core timing; AMD Versal MC, DRAMSys"
    case .nRPpb: "tRPpb max(18 ns, 3 nCK); JESD209-4 core timing; AMD Versal MC, DRAMSys"
    case .nRPab: "tRPab max(21 ns, 3 nCK); JESD209-4 core timing; AMD Versal MC, DRAMSys"
    case .nRAS: "tRAS max(42 ns, 3 nCK); JESD209-4 core timing; AMD Versal MC, DRAMSys"
    case .nRRD: "tRRD max(7.5 ns, 4 nCK) at 4267, max(10 ns, 4 nCK) below; AMD Versal MC, DRAMSys"
    case .nFAW: "tFAW 30 ns at 4267, 40 ns below; AMD Versal MC, DRAMSys"
    case .nWR: "tWR max(18 ns, 6 nCK); JESD209-4 core timing; AMD Versal MC, DRAMSys"
    case .nWTR: "tWTR max(10 ns, 8 nCK); JESD209-4 core timing; AMD Versal MC, DRAMSys"
    case .nRTP: "tRTP max(7.5 ns, 8 nCK); JESD209-4 core timing; AMD Versal MC"
    case .nPPD: "tPPD 4 nCK; JESD209-4 core timing; DRAMSys, Ramulator 1"
    case .nCCDMW: "tCCDMW 4 x BL16's tCCD; JESD209-4 core timing; DRAMSys"
    case .nDQSCK: "tDQSCK 1.5 to 3.5 ns, the longest; AMD Versal MC"
    case .nDQSS: "tDQSS 0.75 to 1.25 tCK; DRAMSys"
    case .nDQS2DQ: "tDQS2DQ 0.2 to 0.8 ns, the longest; AMD Versal MC"
    case .nWPRE: "tWPRE 1.8 tCK; AMD Versal MC, DRAMSys"
    case .nRPST: "tRPST 0.4 tCK, rounded down; AMD Versal MC"
    case .nREFI: "tREFI 32 ms / 8192, rounded down; AMD Versal MC"
    case .nREFIpb: "tREFI / 8, rounded down; AMD Versal MC"
    case .nRFCab: "tRFCab by density; JESD209-4 refresh requirements; AMD Versal MC, DRAMSys"
    case .nRFCpb: "tRFCpb by density; JESD209-4 refresh requirements; AMD Versal MC, DRAMSys"
    case .nPBR2PBR: "tRFCpb as DRAMSys has it; 90 ns where the part offers it (AMD Versal MC)"
    case .nXP: "tXP max(7.5 ns, 5 nCK); JESD209-4 power-down timing"
    case .nXSR: "tXSR max(tRFCab + 7.5 ns, 2 nCK); JESD209-4 self-refresh timing"
    case .nESCKE: "tESCKE max(1.75 ns, 3 nCK); JESD209-4 self-refresh timing; DRAMSys"
    case .nCMDCKE: "tCMDCKE max(1.75 ns, 3 nCK); JESD209-4 power-down timing; DRAMSys"
    case .nCKE: "tCKE max(7.5 ns, 4 nCK); JESD209-4 power-down timing"
    case .nSR: "tSR max(15 ns, 3 nCK); JESD209-4 self-refresh timing"
    }
  }
}
