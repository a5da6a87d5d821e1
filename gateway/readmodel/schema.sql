-- What the read model keeps. Numbers (n) are given in the order in which the
-- ledger first names a thing; they mean nothing outside this file. Text is
-- compared byte by byte.

-- How far the ledger was followed.
CREATE TABLE position (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  height     INTEGER NOT NULL, -- number of the next block
  hash       BLOB NOT NULL,    -- of the newest block's header
  at         TEXT NOT NULL,    -- latest time of a valid transaction, '' for none
  applied_at TEXT NOT NULL     -- when this file was brought there, '' for never
);
INSERT INTO position VALUES (1, 0, x'', '', '');

-- Whatever a record can be about: other records, and lots, pieces, logistic units.
CREATE TABLE subject (
  n    INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  id   TEXT NOT NULL,
  UNIQUE (kind, id)
);

-- The records, as the ledger holds them.
CREATE TABLE record (
  n     INTEGER PRIMARY KEY REFERENCES subject (n),
  block INTEGER NOT NULL,
  text  BLOB NOT NULL -- canonical JSON; its SHA-256 is the receipt's digest
);

-- What a record is about. Its kind is here so that a list of one kind reads
-- nothing else.
CREATE TABLE about (
  subject INTEGER NOT NULL REFERENCES subject (n),
  kind    TEXT NOT NULL,
  record  INTEGER NOT NULL REFERENCES record (n),
  PRIMARY KEY (subject, kind, record)
) WITHOUT ROWID;

-- The other way: what a record needs to be understood. Lots, pieces and units
-- are left out.
CREATE TABLE names (
  record  INTEGER NOT NULL REFERENCES record (n),
  subject INTEGER NOT NULL REFERENCES subject (n),
  PRIMARY KEY (record, subject)
) WITHOUT ROWID;

-- The graph of lots, pieces and logistic units, in the directions in which it is
-- walked. Used is also what else shares the way of an event's lots: the unit that
-- they were packed in, the pieces of a lot, the lot of pieces.
CREATE TABLE made (
  lot   INTEGER NOT NULL REFERENCES subject (n),
  event INTEGER NOT NULL REFERENCES record (n),
  PRIMARY KEY (lot, event)
) WITHOUT ROWID;

CREATE TABLE used (
  event INTEGER NOT NULL REFERENCES record (n),
  lot   INTEGER NOT NULL REFERENCES subject (n),
  PRIMARY KEY (event, lot)
) WITHOUT ROWID;

CREATE TABLE seen (
  lot   INTEGER NOT NULL REFERENCES subject (n),
  event INTEGER NOT NULL REFERENCES record (n),
  PRIMARY KEY (lot, event)
) WITHOUT ROWID;

-- Members by the certificate that an organisation gave them: the SHA-256 of its
-- DER, in hexadecimal. An index of the records, and no part of the digest.
CREATE TABLE member (
  org         TEXT NOT NULL,
  certificate TEXT NOT NULL,
  n           INTEGER NOT NULL REFERENCES record (n),
  PRIMARY KEY (org, certificate)
) WITHOUT ROWID;

-- What facilities are searched by.
CREATE TABLE facility (
  n       INTEGER PRIMARY KEY REFERENCES record (n),
  place   TEXT NOT NULL UNIQUE, -- in the list: the name folded, then the identifier
  country TEXT NOT NULL,
  words   TEXT NOT NULL         -- all that can be searched for, folded (fold.go)
);
CREATE INDEX facility_by_country ON facility (country, place);
