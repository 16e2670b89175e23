import LPDDR4

/// A channel in other simulators' words. Values are this package's; where a tool has one number for two of ours, the
/// per-bank or longer one is given.
enum SimulatorConfiguration {
  /// Clock in nanoseconds with five decimals.
  private static func clock(_ standard: Standard) -> String {
    let scaled = Int((standard.timing.clockNanoseconds * 100_000).rounded())
    let digits = String(scaled % 100_000)
    return "\(scaled / 100_000)." + String(repeating: "0", count: 5 - digits.count) + digits
  }

  static func dramsim3(_ standard: Standard) -> String {
    let (t, size) = (standard.timing, standard.organization)
    let columns = size.bytesPerRow * 8 / size.dataPins
    // DRAMsim3 counts from the start of a command; LPDDR4's are four and two clocks long, so that times between an
    // activate and a precharge shift by two.
    return """
      ; LPDDR4, one channel of \(size.dataPins) pins, written by weft trace
      [dram_structure]
      protocol = LPDDR4
      bankgroups = 1
      banks_per_group = \(size.bankCount)
      rows = \(size.rowCount)
      columns = \(columns)
      device_width = \(size.dataPins)
      BL = \(size.burstLength)

      [timing]
      tCK = \(clock(standard))
      AL = 0
      CL = \(t[.nRL])
      CWL = \(t[.nWL])
      tRCD = \(t[.nRCD])
      tRP = \(t[.nRPpb] - 2)
      tRAS = \(t[.nRAS] + 2)
      tRFC = \(t[.nRFCab])
      tRFCb = \(t[.nRFCpb])
      tREFI = \(t[.nREFI])
      tREFIb = \(t[.nREFIpb])
      tRPRE = 1
      tWPRE = \(t[.nWPRE])
      tRRD_S = \(t[.nRRD])
      tRRD_L = \(t[.nRRD])
      tWTR_S = \(t[.nWTR] + 1)
      tWTR_L = \(t[.nWTR] + 1)
      tFAW = \(t[.nFAW])
      tWR = \(t[.nWR])
      tRTP = \(t[.nRTP])
      tCCD_S = \(t[.nBurst])
      tCCD_L = \(t[.nBurst])
      tCKE = \(t[.nCKE])
      tCKESR = \(t[.nSR])
      tXS = \(t[.nXSR])
      tXP = \(t[.nXP])
      tPPD = \(t[.nPPD])
      tRTRS = 1

      [system]
      channel_size = \(size.byteCount >> 20)
      channels = 1
      bus_width = \(size.dataPins)
      address_mapping = rochrababgco
      queue_structure = PER_BANK
      refresh_policy = RANK_LEVEL_SIMULTANEOUS
      row_buf_policy = OPEN_PAGE
      unified_queue = True
      cmd_queue_size = 8
      trans_queue_size = 32

      [other]
      epoch_period = 1000000
      output_level = 0

      """
  }

  static func dramsys(_ standard: Standard) -> String {
    let (t, size) = (standard.timing, standard.organization)
    let timings: [(String, Int)] = [
      ("CCD", t[.nBurst]), ("CCDMW", t[.nCCDMW]), ("CKE", t[.nCKE]), ("CMDCKE", t[.nCMDCKE]),
      ("DQS2DQ", t[.nDQS2DQ]), ("DQSCK", t[.nDQSCK]), ("DQSS", t[.nDQSS]), ("ESCKE", t[.nESCKE]), ("FAW", t[.nFAW]),
      ("PPD", t[.nPPD]), ("RCD", t[.nRCD]), ("REFI", t[.nREFI]), ("REFIpb", t[.nREFIpb]), ("RFCab", t[.nRFCab]),
      ("RFCpb", t[.nRFCpb]), ("RL", t[.nRL]), ("RAS", t[.nRAS]), ("RPab", t[.nRPab]), ("RPpb", t[.nRPpb]),
      ("RCab", t[.nRAS] + t[.nRPab]), ("RCpb", t[.nRAS] + t[.nRPpb]), ("RPST", t[.nRPST]), ("RRD", t[.nRRD]),
      ("RTP", t[.nRTP]), ("SR", t[.nSR]), ("WL", t[.nWL]), ("WPRE", t[.nWPRE]), ("WR", t[.nWR]), ("WTR", t[.nWTR]),
      ("XP", t[.nXP]), ("XSR", t[.nXSR]), ("RTRS", 1),
    ]
    let lines = timings.map { "      \"\($0.0)\": \($0.1)," }.joined(separator: "\n")
    return """
      {
        "memspec": {
          "memarchitecturespec": {
            "burstLength": \(size.burstLength), "maxBurstLength": \(size.burstLength), "dataRate": 2,
            "nbrOfBanks": \(size.bankCount), "nbrOfBankGroups": 1, "nbrOfChannels": 1, "nbrOfDevices": 1,
            "nbrOfColumns": \(size.bytesPerRow * 8 / size.dataPins), "nbrOfRanks": 1, "nbrOfRows": \(size.rowCount),
            "width": \(size.dataPins)
          },
          "memoryId": "weft LPDDR4",
          "memoryType": "LPDDR4",
          "memtimingspec": {
      \(lines)
            "tCK": \(clock(standard))e-9
          }
        }
      }

      """
  }
}
