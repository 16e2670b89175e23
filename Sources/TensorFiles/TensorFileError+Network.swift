import Networks

extension TensorFileError {
  /// The same complaint about a graph, as one about the file it came from.
  init(_ error: NetworkError) {
    let rule: Rule =
      switch error.rule {
      case .malformed: .malformed
      case .inconsistent, .missing, .overflow: .inconsistent
      case .tooLarge: .tooLarge
      case .unsupported: .unsupported
      }
    self.init(rule, error.detail, place: error.place)
  }
}

extension NetworkError {
  /// The same complaint about a file, as one about the array that was read from it.
  init(_ error: TensorFileError) {
    let rule: Rule =
      switch error.rule {
      case .malformed, .truncated: .malformed
      case .inconsistent: .inconsistent
      case .tooLarge: .tooLarge
      case .unsupported, .floatsNeedQuantization: .unsupported
      case .cannotAccess: .missing
      }
    self.init(rule, error.detail, place: error.place)
  }
}
