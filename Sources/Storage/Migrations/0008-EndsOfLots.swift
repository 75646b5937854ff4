/// The sweep of terms finds the lots that ended and have something left, without walking the
/// others.
enum Migration0008 {
  static let sql = """
    CREATE INDEX accounts_ending ON accounts (expires_at, owner, purpose)
      WHERE expires_at IS NOT NULL AND posted <> 0;
    """
}
