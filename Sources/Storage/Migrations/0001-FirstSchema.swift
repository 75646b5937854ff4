/// Ledger, journal, sales, print jobs, coupons, catalogue, members.
///
/// The rules that matter stand here a second time, beside the code that keeps them: whoever writes
/// to this file, the schema refuses an account below zero, a hold resolved twice, a changed entry.
enum Migration0001 {
  static let sql = ledger + log + shop

  private static let ledger = """
    CREATE TABLE accounts (
      key INTEGER PRIMARY KEY,
      owner TEXT NOT NULL,
      purpose TEXT NOT NULL,
      asset TEXT NOT NULL,
      rule INTEGER NOT NULL CHECK (rule IN (0, 1, 2)),
      expires_at INTEGER,
      grant_limit INTEGER CHECK (grant_limit BETWEEN 0 AND 1000000000000000),
      grant_available_at INTEGER,
      grant_cap_bp INTEGER CHECK (grant_cap_bp BETWEEN 0 AND 10000),
      posted INTEGER NOT NULL,
      held_debits INTEGER NOT NULL
        CHECK (held_debits BETWEEN 0 AND 4000000000000000000),
      held_credits INTEGER NOT NULL
        CHECK (held_credits BETWEEN 0 AND 4000000000000000000),
      UNIQUE (owner, purpose),
      CHECK (posted BETWEEN -4000000000000000000 AND 4000000000000000000),
      CHECK (posted + held_debits <= CASE rule
        WHEN 0 THEN 4000000000000000000
        WHEN 1 THEN 0
        ELSE coalesce(grant_limit, 4000000000000000000) END),
      CHECK (held_credits - posted <= CASE rule
        WHEN 0 THEN 4000000000000000000
        WHEN 1 THEN coalesce(grant_limit, 4000000000000000000)
        ELSE 0 END),
      CHECK (grant_available_at IS NOT NULL OR (grant_limit IS NULL AND grant_cap_bp IS NULL))
    ) STRICT;
    CREATE TRIGGER accounts_keep_facts BEFORE UPDATE OF key, owner, purpose, asset, rule,
      expires_at, grant_limit, grant_available_at, grant_cap_bp ON accounts
    BEGIN SELECT RAISE(ABORT, 'the facts of an account never change'); END;
    CREATE TRIGGER accounts_stay BEFORE DELETE ON accounts
    BEGIN SELECT RAISE(ABORT, 'accounts are never deleted'); END;

    CREATE TABLE entries (
      key INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
      verb INTEGER NOT NULL CHECK (verb BETWEEN 1 AND 5),
      hold INTEGER REFERENCES entries (key),
      reason TEXT NOT NULL,
      actor TEXT NOT NULL,
      kiosk INTEGER NOT NULL,
      sale_kiosk INTEGER,
      sale_counter INTEGER,
      at INTEGER NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      CHECK ((verb IN (1, 2)) = (hold IS NULL)),
      CHECK ((sale_kiosk IS NULL) = (sale_counter IS NULL))
    ) STRICT;
    CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never updated'); END;
    CREATE TRIGGER entries_stay BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;

    CREATE TABLE postings (
      entry INTEGER NOT NULL REFERENCES entries (key),
      ordinal INTEGER NOT NULL CHECK (ordinal BETWEEN 0 AND 99),
      account INTEGER NOT NULL REFERENCES accounts (key),
      units INTEGER NOT NULL
        CHECK (units <> 0 AND units BETWEEN -1000000000000000 AND 1000000000000000),
      PRIMARY KEY (entry, ordinal)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER postings_never_change BEFORE UPDATE ON postings
    BEGIN SELECT RAISE(ABORT, 'postings are never updated'); END;
    CREATE TRIGGER postings_stay BEFORE DELETE ON postings
    BEGIN SELECT RAISE(ABORT, 'postings are never deleted'); END;

    -- Derived from the entries, outside the hash: is a hold still open, and what ended it.
    CREATE TABLE holds (
      entry INTEGER PRIMARY KEY REFERENCES entries (key),
      resolved_by INTEGER REFERENCES entries (key) CHECK (resolved_by > entry)
    ) STRICT;
    CREATE INDEX holds_open ON holds (entry) WHERE resolved_by IS NULL;
    CREATE TRIGGER holds_end_once BEFORE UPDATE ON holds
      WHEN OLD.resolved_by IS NOT NULL OR NEW.entry <> OLD.entry
    BEGIN SELECT RAISE(ABORT, 'a hold is resolved once'); END;
    CREATE TRIGGER holds_stay BEFORE DELETE ON holds
    BEGIN SELECT RAISE(ABORT, 'holds are never deleted'); END;

    -- A refusal sticks to its id. Only a digest of the content is kept.
    CREATE TABLE refusals (
      id BLOB PRIMARY KEY CHECK (length(id) = 16),
      digest BLOB NOT NULL CHECK (length(digest) = 32),
      outcome TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER refusals_never_change BEFORE UPDATE ON refusals
    BEGIN SELECT RAISE(ABORT, 'refusals are never updated'); END;
    CREATE TRIGGER refusals_stay BEFORE DELETE ON refusals
    BEGIN SELECT RAISE(ABORT, 'refusals are never deleted'); END;

    CREATE TABLE chains (
      kiosk INTEGER PRIMARY KEY,
      entry_count INTEGER NOT NULL CHECK (entry_count > 0),
      head BLOB NOT NULL CHECK (length(head) = 32)
    ) STRICT;

    """

  private static let log = """
    CREATE TABLE journal (
      key INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      sale_counter INTEGER NOT NULL,
      schema_version INTEGER NOT NULL,
      event BLOB NOT NULL,
      state BLOB NOT NULL,
      effects BLOB NOT NULL
    ) STRICT;

    CREATE TABLE sales (
      key INTEGER PRIMARY KEY,
      kiosk INTEGER NOT NULL,
      counter INTEGER NOT NULL,
      at INTEGER NOT NULL,
      member INTEGER,
      total INTEGER NOT NULL,
      receipt BLOB NOT NULL,
      decision BLOB NOT NULL,
      UNIQUE (kiosk, counter)
    ) STRICT;
    CREATE TRIGGER sales_never_change BEFORE UPDATE ON sales
    BEGIN SELECT RAISE(ABORT, 'sales are never updated'); END;

    -- The document is sealed until it is known to be on paper; then only its digest stays.
    CREATE TABLE print_jobs (
      number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 4294967295),
      sale_kiosk INTEGER,
      sale_counter INTEGER,
      kind TEXT NOT NULL,
      ordinal INTEGER NOT NULL,
      copy_number INTEGER NOT NULL CHECK (copy_number >= 0),
      copy_of INTEGER REFERENCES print_jobs (number),
      state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'printed', 'abandoned')),
      document BLOB,
      digest BLOB NOT NULL CHECK (length(digest) = 32),
      confirmed_by TEXT CHECK (confirmed_by IN ('printed', 'sent')),
      queued_at INTEGER NOT NULL,
      sent_at INTEGER,
      ended_at INTEGER,
      CHECK ((sale_kiosk IS NULL) = (sale_counter IS NULL)),
      CHECK ((state IN ('queued', 'sent')) = (document IS NOT NULL)),
      CHECK ((state = 'printed') = (confirmed_by IS NOT NULL)),
      UNIQUE (sale_kiosk, sale_counter, kind, ordinal, copy_number)
    ) STRICT;
    CREATE INDEX print_jobs_pending ON print_jobs (number) WHERE state IN ('queued', 'sent');
    CREATE TRIGGER print_jobs_go_forward BEFORE UPDATE OF state ON print_jobs
      WHEN NOT ((OLD.state = 'queued' AND NEW.state IN ('sent', 'abandoned'))
        OR (OLD.state = 'sent' AND NEW.state IN ('queued', 'printed', 'abandoned')))
    BEGIN SELECT RAISE(ABORT, 'a print job does not go that way'); END;

    """

  private static let shop = """
    -- Immutable facts; what is left of a coupon is the balance of its account.
    CREATE TABLE coupons (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      template TEXT NOT NULL,
      template_version INTEGER NOT NULL,
      code_hash BLOB NOT NULL UNIQUE CHECK (length(code_hash) = 32),
      code BLOB NOT NULL,
      mask TEXT NOT NULL,
      holder INTEGER,
      valid_from INTEGER NOT NULL,
      valid_until INTEGER NOT NULL,
      sale_kiosk INTEGER,
      sale_counter INTEGER,
      CHECK ((sale_kiosk IS NULL) = (sale_counter IS NULL))
    ) STRICT;
    CREATE TRIGGER coupons_never_change BEFORE UPDATE ON coupons
    BEGIN SELECT RAISE(ABORT, 'coupons are never updated'); END;

    CREATE TABLE items (
      sku TEXT PRIMARY KEY,
      name_zh TEXT NOT NULL,
      name_en TEXT NOT NULL,
      category TEXT NOT NULL,
      unit_price INTEGER NOT NULL CHECK (unit_price >= 0),
      member_price INTEGER CHECK (member_price >= 0)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE item_gtins (
      gtin TEXT PRIMARY KEY,
      sku TEXT NOT NULL REFERENCES items (sku) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX item_gtins_of ON item_gtins (sku);

    CREATE TABLE members (
      id INTEGER PRIMARY KEY,
      number TEXT NOT NULL UNIQUE,
      name BLOB NOT NULL,
      phone BLOB,
      phone_index BLOB UNIQUE CHECK (length(phone_index) = 32),
      birthday BLOB,
      tier TEXT NOT NULL,
      is_blocked INTEGER NOT NULL CHECK (is_blocked IN (0, 1)),
      CHECK ((phone IS NULL) = (phone_index IS NULL))
    ) STRICT;
    CREATE TABLE cards (
      uid_hash BLOB PRIMARY KEY CHECK (length(uid_hash) = 32),
      member INTEGER NOT NULL REFERENCES members (id),
      state TEXT NOT NULL CHECK (state IN ('active', 'lost', 'returned'))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE settings (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
