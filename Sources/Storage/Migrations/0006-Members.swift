/// Members whose personal data is sealed under a key of their own, what is known of them besides,
/// and cards with a state that says more and an audit.
///
/// What was sealed before stands under the shop's key still; `MemberUpgrade` seals it anew, for
/// which the keys are needed.
enum Migration0006 {
  static let sql = members + cards + facts

  private static let members = """
    CREATE TABLE members_6 (
      id INTEGER PRIMARY KEY,
      number TEXT NOT NULL UNIQUE,
      name BLOB,
      phone BLOB,
      phone_index BLOB UNIQUE CHECK (length(phone_index) = 32),
      birthday BLOB,
      preferences BLOB,
      tier TEXT NOT NULL,
      -- Days since 1970-01-01.
      tier_since INTEGER NOT NULL DEFAULT 0,
      tier_review INTEGER,
      tier_by_staff INTEGER NOT NULL DEFAULT 0 CHECK (tier_by_staff IN (0, 1)),
      is_blocked INTEGER NOT NULL CHECK (is_blocked IN (0, 1)),
      registered_at INTEGER,
      source TEXT,
      referrer INTEGER REFERENCES members_6 (id),
      merged_into INTEGER REFERENCES members_6 (id) CHECK (merged_into <> id),
      erased_at INTEGER,
      -- Of the codes that the member's phone shows: raised when the phone is lost, and the last
      -- window whose code was used.
      code_epoch INTEGER NOT NULL DEFAULT 0,
      code_last INTEGER,
      CHECK ((phone IS NULL) = (phone_index IS NULL)),
      CHECK ((name IS NULL) = (erased_at IS NOT NULL)),
      CHECK (erased_at IS NULL
        OR (phone IS NULL AND birthday IS NULL AND preferences IS NULL AND referrer IS NULL))
    ) STRICT;
    INSERT INTO members_6 (id, number, name, phone, phone_index, birthday, tier, is_blocked)
      SELECT id, number, name, phone, phone_index, birthday, tier, is_blocked FROM members;

    """

  private static let cards = """
    CREATE TABLE cards_6 (
      id INTEGER PRIMARY KEY,
      uid_hash BLOB NOT NULL UNIQUE CHECK (length(uid_hash) = 32),
      member INTEGER NOT NULL REFERENCES members_6 (id),
      state TEXT NOT NULL CHECK (state IN ('active', 'lost', 'blocked', 'replaced', 'returned')),
      replaced_by INTEGER REFERENCES cards_6 (id),
      issued_at INTEGER,
      is_proven INTEGER NOT NULL DEFAULT 0 CHECK (is_proven IN (0, 1)),
      read_counter INTEGER CHECK (read_counter >= 0),
      CHECK (replaced_by IS NULL OR state IN ('replaced', 'returned'))
    ) STRICT;
    INSERT INTO cards_6 (uid_hash, member, state, is_proven, read_counter)
      SELECT uid_hash, member, state, is_proven, read_counter FROM cards;
    DROP TABLE cards;
    DROP TABLE members;
    ALTER TABLE members_6 RENAME TO members;
    ALTER TABLE cards_6 RENAME TO cards;
    CREATE INDEX cards_of ON cards (member);
    CREATE INDEX members_merged ON members (merged_into) WHERE merged_into IS NOT NULL;
    CREATE INDEX sales_of_member ON sales (member, at) WHERE member IS NOT NULL;

    """

  private static let facts = """
    -- The key of one member, wrapped by a generation of the shop's. Erasing a member deletes it.
    CREATE TABLE member_keys (
      member INTEGER PRIMARY KEY REFERENCES members (id),
      generation INTEGER NOT NULL CHECK (generation > 0),
      wrapped BLOB NOT NULL
    ) STRICT;
    CREATE INDEX member_keys_of ON member_keys (generation);

    -- Keyed hashes of parts of names, by which members are found.
    CREATE TABLE member_names (
      part BLOB NOT NULL CHECK (length(part) = 8),
      member INTEGER NOT NULL REFERENCES members (id),
      PRIMARY KEY (part, member)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX member_names_of ON member_names (member);

    CREATE TABLE member_tags (
      tag TEXT NOT NULL,
      member INTEGER NOT NULL REFERENCES members (id),
      PRIMARY KEY (tag, member)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX member_tags_of ON member_tags (member);

    CREATE TABLE member_notes (
      key INTEGER PRIMARY KEY,
      member INTEGER NOT NULL REFERENCES members (id),
      note BLOB NOT NULL,
      actor TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX member_notes_of ON member_notes (member);

    CREATE TABLE member_consents (
      key INTEGER PRIMARY KEY,
      member INTEGER NOT NULL REFERENCES members (id),
      purpose TEXT NOT NULL,
      is_given INTEGER NOT NULL CHECK (is_given IN (0, 1)),
      source TEXT NOT NULL,
      actor TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX member_consents_of ON member_consents (member, purpose, key);
    CREATE TRIGGER member_consents_never_change BEFORE UPDATE ON member_consents
    BEGIN SELECT RAISE(ABORT, 'consents are never updated'); END;
    CREATE TRIGGER member_consents_stay BEFORE DELETE ON member_consents
    BEGIN SELECT RAISE(ABORT, 'consents are never deleted'); END;

    -- The audit of members and cards. `reason` is sealed under the member's key.
    CREATE TABLE member_log (
      key INTEGER PRIMARY KEY,
      member INTEGER REFERENCES members (id),
      card INTEGER REFERENCES cards (id),
      action TEXT NOT NULL,
      detail TEXT NOT NULL,
      reason BLOB,
      actor TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX member_log_of ON member_log (member);
    CREATE TRIGGER member_log_never_changes BEFORE UPDATE ON member_log
    BEGIN SELECT RAISE(ABORT, 'the audit is never updated'); END;
    CREATE TRIGGER member_log_stays BEFORE DELETE ON member_log
    BEGIN SELECT RAISE(ABORT, 'the audit is never deleted'); END;

    """
}
