/// A tensor with its size raw and in the form that is asked about.
public struct TrafficTensor: Hashable, Sendable {
  public var name: String
  public var valueCount: Int
  public var raw: StoredForm
  public var stored: StoredForm

  public init(name: String, valueCount: Int, raw: StoredForm, stored: StoredForm) {
    self.name = name
    self.valueCount = valueCount
    self.raw = raw
    self.stored = stored
  }
}
