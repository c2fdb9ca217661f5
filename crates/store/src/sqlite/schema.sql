-- The schema of version 1. Numbers of invoices are text (leading zeros matter), money is an integer in 分,
-- digests and hashes are 32 bytes, times are microseconds since 1970-01-01 UTC.

-- Primary data: written once, never changed.

CREATE TABLE head (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    epoch      INTEGER NOT NULL,
    size       INTEGER NOT NULL,
    root       BLOB NOT NULL CHECK (length(root) = 32),
    checkpoint TEXT NOT NULL
) STRICT;

CREATE TABLE entry (
    idx   INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL,
    leaf  BLOB NOT NULL CHECK (length(leaf) = 32)
) STRICT;

-- Apart from the entry, so that it can be destroyed alone. The bytes are zstd.
CREATE TABLE payload (
    idx   INTEGER PRIMARY KEY REFERENCES entry (idx),
    bytes BLOB NOT NULL,
    salt  BLOB NOT NULL CHECK (length(salt) = 32)
) STRICT;

CREATE TABLE tile (
    level INTEGER NOT NULL,
    idx   INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (level, idx)
) STRICT;

CREATE TABLE unique_key (
    key TEXT PRIMARY KEY,
    idx INTEGER NOT NULL REFERENCES entry (idx)
) STRICT, WITHOUT ROWID;

-- The arrivals that have no outcome yet. AUTOINCREMENT: a number is never given twice, even after its row is gone.
CREATE TABLE arrival (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    digest      BLOB NOT NULL CHECK (length(digest) = 32),
    size        INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    parent      BLOB CHECK (parent IS NULL OR length(parent) = 32),
    waits_for   TEXT NOT NULL,
    sum         INTEGER NOT NULL
) STRICT;

-- Rows: a consequence of the entries, dropped and rebuilt at will. The last column of each is the sum over the others
-- (sums.rs): a row that does not add up is not read out.

CREATE TABLE rows_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL
) STRICT;

INSERT INTO rows_head (id, size) VALUES (1, 0);

CREATE TABLE invoice (
    id            INTEGER PRIMARY KEY,
    key           TEXT NOT NULL UNIQUE,
    code          TEXT,
    number        TEXT NOT NULL,
    kind          TEXT,
    -- Empty where unknown, so that it can be ordered by.
    date          TEXT NOT NULL,
    seller_name   TEXT,
    seller_tax_id TEXT,
    buyer_name    TEXT,
    buyer_tax_id  TEXT,
    amount        INTEGER,
    tax           INTEGER,
    total         INTEGER,
    -- The total below zero: so that a sum over many rows can be told from one over damaged ones.
    total_negated INTEGER,
    red_letter    INTEGER NOT NULL,
    first_index   INTEGER NOT NULL,
    recorded_at   INTEGER NOT NULL,
    format        TEXT NOT NULL,
    renditions    INTEGER NOT NULL,
    fault_count   INTEGER NOT NULL,
    worst         TEXT,
    fault_codes   TEXT NOT NULL,
    sum           INTEGER NOT NULL,
    -- Where it stands in lists, the newest last: days since 1989-12-31 (1 to 65535; 0 without a date), then the id, of
    -- 47 bits. It is also the rowid of the search text, so that what is searched comes in the order of lists.
    list_order    INTEGER NOT NULL GENERATED ALWAYS AS (
        ((CASE WHEN date = '' THEN 0
               ELSE max(1, min(65535, CAST(julianday(date) - 2447891.5 AS INTEGER))) END) << 47) | id
    ) VIRTUAL
) STRICT;

CREATE UNIQUE INDEX invoice_by_list_order ON invoice (list_order);
CREATE INDEX invoice_by_kind ON invoice (kind, list_order);
CREATE INDEX invoice_by_total ON invoice (total);
CREATE INDEX invoice_by_seller ON invoice (seller_tax_id, list_order);
CREATE INDEX invoice_by_buyer ON invoice (buyer_tax_id, list_order);

CREATE TABLE alias (
    key        TEXT PRIMARY KEY,
    nth        INTEGER NOT NULL,
    invoice_id INTEGER NOT NULL REFERENCES invoice (id),
    sum        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX alias_by_invoice ON alias (invoice_id, nth);

CREATE TABLE rendition (
    invoice_id INTEGER NOT NULL REFERENCES invoice (id),
    idx        INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    digest     BLOB NOT NULL,
    format     TEXT NOT NULL,
    sum        INTEGER NOT NULL,
    PRIMARY KEY (invoice_id, idx, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE fault (
    code       TEXT NOT NULL,
    invoice_id INTEGER NOT NULL REFERENCES invoice (id),
    path       TEXT NOT NULL,
    severity   TEXT NOT NULL,
    sum        INTEGER NOT NULL,
    PRIMARY KEY (invoice_id, code, path)
) STRICT, WITHOUT ROWID;

CREATE INDEX fault_by_code ON fault (code, invoice_id);

CREATE TABLE line (
    invoice_id INTEGER NOT NULL REFERENCES invoice (id),
    no         INTEGER NOT NULL,
    name       TEXT NOT NULL,
    amount     INTEGER,
    tax        INTEGER,
    sum        INTEGER NOT NULL,
    PRIMARY KEY (invoice_id, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome (
    arrival INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL,
    idx     INTEGER NOT NULL,
    digest  BLOB NOT NULL,
    name    TEXT NOT NULL,
    parent  BLOB,
    sum     INTEGER NOT NULL
) STRICT;

CREATE INDEX outcome_by_digest ON outcome (digest);
CREATE INDEX outcome_by_parent ON outcome (parent, digest) WHERE parent IS NOT NULL;

CREATE TABLE entity (
    tax_id TEXT PRIMARY KEY,
    nth    INTEGER NOT NULL,
    names  TEXT NOT NULL,
    sum    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Bigrams cut by us, separated by spaces. The ascii tokenizer takes every character beyond ASCII as part of a token, the
-- rarest ideographs included, where unicode61 would follow the tables of Unicode 6.1.
CREATE VIRTUAL TABLE invoice_text USING fts5 (
    names, items, numbers,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);
