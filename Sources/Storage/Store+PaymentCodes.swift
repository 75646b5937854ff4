import Foundation

extension Store {
  /// The keyed hash that a payment code is known again by; the code itself is written nowhere.
  public func mark(ofPaymentCode digits: String) throws(StorageError) -> Data {
    try keys().index(digits.utf8, kind: "payment code")
  }
}
