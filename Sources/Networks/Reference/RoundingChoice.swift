/// Which rounding the reference uses for Q31 multipliers.
public enum RoundingChoice: String, Hashable, Sendable, CaseIterable {
  /// The one each layer names.
  case named
  /// `single_step` everywhere.
  case single
  /// `two_step` everywhere.
  case double

  /// The rounding to use where a layer names `named`.
  public func rounding(_ named: Rounding) -> Rounding {
    switch self {
    case .named: named
    case .single: .singleStep
    case .double: .twoStep
    }
  }
}
