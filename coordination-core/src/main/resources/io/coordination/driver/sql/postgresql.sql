-- One row for each session: who is there, and until when without a renewal, by the database's clock.
-- With locks=session also which connection has its locks, and which of them it is asked to give up.
CREATE TABLE IF NOT EXISTS coordination_session (
    id        TEXT COLLATE "C" PRIMARY KEY,
    namespace TEXT COLLATE "C" NOT NULL,
    member    TEXT COLLATE "C" NOT NULL,
    expires   TIMESTAMPTZ NOT NULL,
    backend   BIGINT,
    asked     TEXT COLLATE "C"
);

-- One row for each lock (kind 0), leadership (1) and group (2) while there is anything to say of it.
CREATE TABLE IF NOT EXISTS coordination_record (
    namespace TEXT COLLATE "C" NOT NULL,
    kind      SMALLINT NOT NULL,
    name      TEXT COLLATE "C" NOT NULL,
    version   BIGINT NOT NULL,
    owner     TEXT COLLATE "C",
    content   BYTEA NOT NULL,
    PRIMARY KEY (namespace, kind, name)
);

-- The number of the last write; fencing tokens are such numbers.
CREATE SEQUENCE IF NOT EXISTS coordination_version;

-- With locks=session: a row for as long as the server did not crash. What is not logged is emptied by a crash, and by a fail-over.
CREATE UNLOGGED TABLE IF NOT EXISTS coordination_life (id SMALLINT PRIMARY KEY);
