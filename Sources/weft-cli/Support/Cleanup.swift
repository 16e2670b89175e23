import Glibc
import Synchronization

/// Removes half-written files when a signal ends the command.
enum Cleanup {
  private static let names = Mutex<Set<String>>([])

  static func add(_ name: String) {
    names.withLock { _ = $0.insert(name) }
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { number in
        // Not strictly allowed in a handler, but the process ends here and the lock is held for moments only.
        if let left = Cleanup.names.withLockIfAvailable({ $0 }) {
          for name in left { unlink(name) }
        }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  static func remove(_ name: String) { names.withLock { _ = $0.remove(name) } }
}
