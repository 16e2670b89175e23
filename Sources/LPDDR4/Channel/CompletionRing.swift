/// Completions on their way to the host, in the order in which their data ends.
///
/// Data of reads ends later after the command than data of writes, so each direction has its own ring. Rings grow only
/// when the host leaves completions lying.
struct CompletionRing {
  private var items: [Completion] = []
  private var head = 0

  var first: Completion? { head < items.count ? items[head] : nil }

  mutating func append(_ completion: Completion) {
    // What was handed out makes room as soon as it is half of the ring.
    if head > 64, 2 * head > items.count {
      items.removeFirst(head)
      head = 0
    }
    items.append(completion)
  }

  mutating func removeFirst() { head += 1 }
}
