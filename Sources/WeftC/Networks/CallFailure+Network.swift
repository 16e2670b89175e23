import CWeft
import LPDDR4
import Networks
import Traffic
import Weft

extension CallFailure {
  init(_ error: NetworkError) {
    let code =
      switch error.rule {
      case .malformed: WEFT_ERROR_GRAPH_MALFORMED
      case .inconsistent: WEFT_ERROR_GRAPH_INCONSISTENT
      case .missing: WEFT_ERROR_GRAPH_MISSING
      case .tooLarge: WEFT_ERROR_GRAPH_TOO_LARGE
      case .unsupported: WEFT_ERROR_GRAPH_UNSUPPORTED
      case .overflow: WEFT_ERROR_GRAPH_OVERFLOW
      }
    self.init(code, error.description)
  }

  init(_ error: TrafficError) {
    let code =
      switch error.rule {
      case .outOfMemory: WEFT_ERROR_TRAFFIC_OUT_OF_MEMORY
      case .missing: WEFT_ERROR_GRAPH_MISSING
      case .unsupported: WEFT_ERROR_GRAPH_UNSUPPORTED
      }
    self.init(code, error.description)
  }

  /// Any error that a run throws.
  init(run error: any Error) {
    switch error {
    case let error as CallFailure: self = error
    case let error as WeftError: self.init(error)
    case let error as NetworkError: self.init(error)
    case let error as TrafficError: self.init(error)
    case let error as StandardError: self.init(error)
    default: self.init(WEFT_ERROR_GRAPH_UNSUPPORTED, "\(error)")
    }
  }
}

/// Runs a body that may throw any error of the package.
func answering(_ problem: UnsafeMutablePointer<weft_problem>?, _ body: () throws -> Int64) -> Int64 {
  answer(problem) { () throws(CallFailure) in
    do {
      return try body()
    } catch {
      throw CallFailure(run: error)
    }
  }
}
