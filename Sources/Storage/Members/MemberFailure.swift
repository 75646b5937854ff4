import GRDB
import Retail
import Synchronization

/// Why a change of a member was not made: refused, or the store failed. Nothing was changed.
public enum MemberFailure: Error, Equatable, Sendable, CustomStringConvertible {
  case refused(MemberRefusal)
  case store(StorageError)

  public var description: String {
    switch self {
    case .refused(let refusal): refusal.staffText
    case .store(let error): error.description
    }
  }
}

extension Store {
  /// One transaction that may be refused: then nothing of it is kept.
  func change<Value: Sendable>(
    _ what: String, _ body: @escaping @Sendable (MemberTable) throws -> Value
  ) async throws(MemberFailure) -> Value {
    let refusal = RefusalBox()
    do {
      let keys = try keys()
      return try await write(what) { db in
        do {
          return try body(MemberTable(db, keys))
        } catch let refused as MemberRefusal {
          refusal.set(refused)
          throw refused
        }
      }
    } catch {
      throw refusal.value.map { .refused($0) } ?? .store(error)
    }
  }

  /// What can be answered from one consistent state.
  func look<Value: Sendable>(
    _ body: @escaping @Sendable (MemberTable) throws -> Value
  ) async throws(MemberFailure) -> Value {
    let refusal = RefusalBox()
    do {
      let keys = try keys()
      return try await read { db in
        do {
          return try body(MemberTable(db, keys))
        } catch let refused as MemberRefusal {
          refusal.set(refused)
          throw refused
        }
      }
    } catch {
      throw refusal.value.map { .refused($0) } ?? .store(error)
    }
  }
}

/// Carries a refusal out of a transaction that it ends.
private final class RefusalBox: Sendable {
  private let stored = Mutex<MemberRefusal?>(nil)
  var value: MemberRefusal? { stored.withLock { $0 } }
  func set(_ refusal: MemberRefusal) { stored.withLock { $0 = refusal } }
}
