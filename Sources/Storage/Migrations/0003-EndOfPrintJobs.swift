/// Why a print job was given up: staff is told, and prints it again or not.
enum Migration0003 {
  static let sql = """
    ALTER TABLE print_jobs ADD COLUMN given_up_because TEXT
      CHECK (given_up_because IN ('repeated', 'expired', 'unreadable'));
    """
}
