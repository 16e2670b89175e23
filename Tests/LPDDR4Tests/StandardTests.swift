import LPDDR4
import Testing

@Suite struct StandardTests {
  @Test func `the clocks of every grade follow from nanoseconds`() throws {
    let t = Standard.lpddr4At4267.timing
    #expect(t.clockNanoseconds == 0.46875)
    let expected: [(TimingParameter, Int)] = [
      (.nRL, 36), (.nWL, 18), (.nBurst, 8), (.nRCD, 39), (.nRPpb, 39), (.nRPab, 45), (.nRAS, 90), (.nRRD, 16),
      (.nFAW, 64), (.nWR, 39), (.nWTR, 22), (.nRTP, 16), (.nPPD, 4), (.nCCDMW, 32), (.nDQSCK, 8), (.nDQSS, 1),
      (.nDQS2DQ, 2), (.nWPRE, 2), (.nRPST, 0), (.nREFI, 8_328), (.nREFIpb, 1_041), (.nRFCab, 598), (.nRFCpb, 299),
      (.nXP, 16), (.nXSR, 614), (.nESCKE, 4), (.nCMDCKE, 4), (.nCKE, 16), (.nSR, 32),
    ]
    for (parameter, clocks) in expected { #expect(t[parameter] == clocks, "\(parameter.name)") }
    #expect(t.nRCpb == 129)
    #expect(t.readDataEnd == 55)
    #expect(t.writeDataEnd == 30)
    let slow = try Standard.lpddr4(.mt1600).timing
    #expect(slow[.nRCD] == 15)
    #expect(slow[.nFAW] == 32)
    #expect(slow[.nRRD] == 8)
    #expect(slow[.nREFI] == 3_123)
    #expect(try Standard.lpddr4(.mt3200).timing[.nRFCab] == 448)
  }

  @Test func `refresh times follow the density of one channel`() throws {
    let expected: [(Density, Int, Int)] = [
      (.gb4, 384, 192), (.gb6, 598, 299), (.gb8, 598, 299), (.gb12, 811, 406), (.gb16, 811, 406),
    ]
    for (density, all, bank) in expected {
      let standard = try Standard.lpddr4(density: density)
      #expect(standard.timing[.nRFCab] == all)
      #expect(standard.timing[.nRFCpb] == bank)
      #expect(standard.organization.byteCount == density.rawValue << 27)
    }
    #expect(try Standard.lpddr4(hasShortBankSpacing: true).timing[.nPBR2PBR] == 192)
    #expect(try Standard.lpddr4(writeLatency: .b, hasReadDBI: true).timing[.nRL] == 40)
    #expect(try Standard.lpddr4(writeLatency: .b).timing[.nWL] == 34)
  }

  @Test func `every preset passes the checks that numbers of one's own have to pass`() throws {
    for grade in SpeedGrade.allCases {
      for density in Density.allCases {
        for length in [16, 32] {
          for set in WriteLatencySet.allCases {
            for choices in 0..<8 {
              let preset = try Standard.lpddr4(
                grade, density: density, burstLength: length, isLockstep: choices & 1 != 0, writeLatency: set,
                hasReadDBI: choices & 2 != 0, hasShortBankSpacing: choices & 4 != 0)
              #expect(try Standard(organization: preset.organization, timing: preset.timing) == preset)
            }
          }
        }
      }
    }
    #expect(throws: StandardError.self) { try Standard.lpddr4(burstLength: 24) }
    for parameter in TimingParameter.allCases { #expect("\(parameter.source)".count > 4) }
  }

  @Test func `impossible standards are refused with the row at fault`() throws {
    let preset = Standard.lpddr4At4267
    func refusal(
      _ change: (inout Organization, inout TimingParameters) -> Void
    ) -> StandardError? {
      var (organization, timing) = (preset.organization, preset.timing)
      change(&organization, &timing)
      do {
        _ = try Standard(organization: organization, timing: timing)
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal { organization, _ in organization.bankCount = 0 }?.what == "bankCount")
    #expect(refusal { organization, _ in organization.bankCount = 6 }?.rule == .organization)
    #expect(refusal { organization, _ in organization.rowCount = 0 }?.what == "rowCount")
    #expect(refusal { organization, _ in organization.bytesPerRow = 16 }?.what == "bytesPerRow")
    #expect(refusal { organization, _ in organization.dataPins = 8 }?.what == "dataPins")
    #expect(refusal { organization, _ in organization.burstLength = 8 }?.what == "burstLength")
    #expect(refusal { _, timing in timing[.nRCD] = -1 }?.what == "nRCD")
    #expect(refusal { _, timing in timing[.nBurst] = 4 }?.rule == .contradiction)
    #expect(refusal { _, timing in timing[.nRFCab] = 8_300 }?.rule == .contradiction)
    #expect(refusal { _, timing in timing[.nRFCpb] = 1_041 }?.rule == .contradiction)
    #expect(refusal { _, timing in timing[.nRFCpb] = 599 }?.rule == .contradiction)
    #expect(refusal { _, timing in timing[.nFAW] = 15 }?.rule == .contradiction)
    #expect(refusal { _, timing in timing.tripleDataRate = 0 }?.rule == .parameter)
    #expect(refusal { _, timing in timing[.nDQSS] = 200 }?.what == "WR-RD channel against the data bus")
    #expect(refusal { _, _ in } == nil)
  }

  @Test func `rows that contradict each other are refused`() throws {
    let preset = Standard.lpddr4At4267
    func refusal(_ change: (inout [TimingConstraint]) -> Void) -> StandardError? {
      var rows = preset.constraints
      change(&rows)
      do {
        _ = try Standard(organization: preset.organization, timing: preset.timing, constraints: rows)
        return nil
      } catch {
        return error
      }
    }
    let twice = TimingConstraint(.activate, .read, .bank, 45, formula: "tRCD", source: "test")
    #expect(refusal { $0.append(twice) }?.description.contains("ACT-RD bank twice") == true)
    let short = refusal { rows in
      let index = rows.firstIndex { $0.from == .activate && $0.to == .activate && $0.scope == .bank }!
      rows[index].clocks = 100
    }
    #expect(short?.rule == .contradiction)
    #expect(short?.found == 100)
    let negative = TimingConstraint(.precharge, .read, .bank, -3, formula: "", source: "test")
    #expect(refusal { $0.append(negative) }?.rule == .row)
    let unbanked = TimingConstraint(.refreshAll, .read, .bank, 3, formula: "", source: "test")
    #expect(refusal { $0.append(unbanked) }?.rule == .row)
    let endless = TimingConstraint(.refreshAll, .activate, .channel, 9_000, formula: "", source: "test")
    #expect(
      refusal {
        $0.removeAll { $0.from == .refreshAll && $0.to == .activate }; $0.append(endless)
      }?.what
        == "nREFI against the rows of REFab")
    let window = TimingConstraint(.read, .read, .channel, 30, count: 4, formula: "", source: "test")
    #expect(refusal { $0.append(window) }?.rule == .row)
  }

  @Test func `options that do not fit are refused`() {
    func refusal(_ change: (inout ControllerOptions) -> Void) -> StandardError? {
      var options = ControllerOptions()
      change(&options)
      do {
        _ = try Channel(ChannelConfiguration(options: options))
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal { $0.queue = .unified(capacity: 0) }?.rule == .option)
    #expect(refusal { $0.queue = .split(reads: 4, writes: 4, low: 4, high: 4) }?.rule == .option)
    #expect(refusal { $0.refresh = .allBanks(postponed: 9) }?.rule == .option)
    #expect(refusal { $0.hitCap = -1 }?.rule == .option)
    #expect(refusal { $0.page = .timeout(-1) }?.rule == .option)
    #expect(refusal { $0.mapping.order = .bits("RRB") }?.rule == .option)
    #expect(refusal { $0.mapping.order = .bits(String(repeating: "X", count: 25)) }?.rule == .option)
  }
}
