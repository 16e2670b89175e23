/// One input that a network folder holds, with the activations it causes.
public struct GraphSample: Hashable, Sendable {
  /// The sample's name.
  public var name: String
  /// The array with the network's output when every layer is trimmed to its profile.
  public var profileOutput: String?
  /// What `profile_run` says besides.
  public var profileExtras: [JSONMember]
  /// What `network.json` says besides.
  public var extras: [JSONMember]

  /// Makes a sample.
  public init(
    name: String, profileOutput: String? = nil, profileExtras: [JSONMember] = [], extras: [JSONMember] = []
  ) {
    self.name = name
    self.profileOutput = profileOutput
    self.profileExtras = profileExtras
    self.extras = extras
  }
}
