/// Energy from currents, as DRAMPower accounts for it: mA x V x ns = pJ.
struct EnergyModel {
  let parameters: EnergyParameters
  let timing: TimingParameters
  let organization: Organization

  /// x16 channels that the organisation stands for: two in lockstep.
  private var channels: Double { Double(organization.dataPins) / 16 }

  /// Sum over the core rails of V times a current that `current` makes of a rail, in mW.
  private func power(_ current: (RailCurrents) -> Double) -> Double {
    channels
      * (parameters.vdd1.voltage * current(parameters.vdd1) + parameters.vdd2.voltage * current(parameters.vdd2))
  }

  private func time(_ clocks: Int) -> Double { Double(clocks) * timing.clockNanoseconds }

  /// One activate and its precharge: IDD0 over tRC less the standby currents.
  var activate: Double {
    let (cycle, open, closed) = (time(timing.nRCpb), time(timing[.nRAS]), time(timing[.nRPpb]))
    return power { $0.idd0 * cycle - $0.idd3N * open - $0.idd2N * closed }
  }

  /// Data time of a burst as the read and write currents count it.
  private var burstTime: Double {
    let rate = Double(timing.tripleDataRate) / 3
    return time(timing[.nBurst]) * (parameters.keepsBurstCharge ? rate / parameters.measuredAt : 1)
  }

  var readBurst: Double { power { $0.idd4R - $0.idd3N } * burstTime }

  var writeBurst: Double { power { $0.idd4W - $0.idd3N } * burstTime }

  var refreshAll: Double { power { $0.idd5 - $0.idd3N } * time(timing[.nRFCab]) }

  /// One bank's share of an all-bank refresh: the published average current of per-bank refresh is no higher than
  /// IDD3N, so that nothing would be left of it.
  var refreshBank: Double { refreshAll / Double(organization.bankCount) }

  /// pJ of IO for a number of bits, of which `given` are known to hold `ones` ones. LVSTL ends in ground, so that only
  /// ones cost; of the other bits half are taken to be ones, as the measured currents are.
  private func io(_ perBit: Double, bits: Int, given: Int, ones: Int) -> Double {
    perBit * (Double(bits - given) + 2 * Double(ones))
  }

  /// The report for what was counted.
  func report(_ counters: Counters) -> EnergyReport {
    var report = EnergyReport()
    let reads = counters.commands(.read) + counters.commands(.readPrecharge)
    let writes =
      counters.commands(.write) + counters.commands(.writePrecharge) + counters.commands(.maskedWrite)
      + counters.commands(.maskedWritePrecharge)
    let bits = 8 * organization.bytesPerBurst
    let states = counters.stateClocks
    report.activate = Double(counters.commands(.activate)) * activate
    report.read = Double(reads) * readBurst
    report.write = Double(writes) * writeBurst
    report.refresh =
      Double(counters.commands(.refreshAll)) * refreshAll + Double(counters.commands(.refreshBank)) * refreshBank
    report.activeStandby = power { $0.idd3N } * time(states.active)
    report.prechargedStandby = power { $0.idd2N } * time(states.precharged)
    report.powerDown =
      power { $0.idd3P } * time(states.activePowerDown) + power { $0.idd2P } * time(states.prechargedPowerDown)
    report.selfRefresh = power { $0.idd6 } * time(states.selfRefresh)
    report.readIO = io(
      parameters.readIO, bits: reads * bits, given: counters[Counters.Slot.readBitsGiven],
      ones: counters[Counters.Slot.readOnes])
    report.writeIO = io(
      parameters.writeIO, bits: writes * bits, given: counters[Counters.Slot.writeBitsGiven],
      ones: counters[Counters.Slot.writeOnes])
    return report
  }
}
