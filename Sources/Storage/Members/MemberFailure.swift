import GRDB
import Retail
import Synchronization

/// Why a change was not made: refused, or the store failed. Nothing was changed.
public enum Refusable<Refusal: Error & Equatable>: Error, Equatable {
  case refused(Refusal)
  case store(StorageError)
}

/// Why a change of a member was not made.
public typealias MemberFailure = Refusable<MemberRefusal>

extension Refusable: CustomStringConvertible where Refusal == MemberRefusal {
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
    try await write(what, refusedBy: MemberRefusal.self) { db, keys in
      try body(MemberTable(db, keys))
    }
  }

  /// The same of any kind of refusal.
  func write<Value: Sendable, Refusal: Error & Equatable>(
    _ what: String, refusedBy: Refusal.Type,
    _ body: @escaping @Sendable (Database, ShopKeys) throws -> Value
  ) async throws(Refusable<Refusal>) -> Value {
    let refusal = RefusalBox<Refusal>()
    do {
      let keys = try keys()
      return try await write(what) { db in try refusal.catching { try body(db, keys) } }
    } catch {
      throw refusal.value.map { .refused($0) } ?? .store(error)
    }
  }

  /// What can be answered from one consistent state.
  func look<Value: Sendable>(
    _ body: @escaping @Sendable (MemberTable) throws -> Value
  ) async throws(MemberFailure) -> Value {
    try await look(refusedBy: MemberRefusal.self) { db, keys in try body(MemberTable(db, keys)) }
  }

  /// The same of any kind of refusal.
  func look<Value: Sendable, Refusal: Error & Equatable>(
    refusedBy: Refusal.Type, _ body: @escaping @Sendable (Database, ShopKeys) throws -> Value
  ) async throws(Refusable<Refusal>) -> Value {
    let refusal = RefusalBox<Refusal>()
    do {
      let keys = try keys()
      return try await read { db in try refusal.catching { try body(db, keys) } }
    } catch {
      throw refusal.value.map { .refused($0) } ?? .store(error)
    }
  }
}

/// Carries a refusal out of a transaction that it ends.
private final class RefusalBox<Refusal: Error>: Sendable {
  private let stored = Mutex<Refusal?>(nil)

  var value: Refusal? { stored.withLock { $0 } }

  func catching<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let refused as Refusal {
      stored.withLock { $0 = refused }
      throw refused
    }
  }
}
