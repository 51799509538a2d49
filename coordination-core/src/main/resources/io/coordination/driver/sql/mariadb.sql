-- One row for each session: who is there, and until when without a renewal, by the database's clock in UTC.
-- With locks=session also which connection has its locks, and which of them it is asked to give up.
CREATE TABLE IF NOT EXISTS coordination_session (
    id        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    namespace VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    member    VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    expires   DATETIME(6) NOT NULL,
    backend   BIGINT,
    asked     VARCHAR(260) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
) ENGINE = InnoDB;

-- One row for each lock (kind 0), leadership (1) and group (2) while there is anything to say of it.
CREATE TABLE IF NOT EXISTS coordination_record (
    namespace VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    kind      SMALLINT NOT NULL,
    name      VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version   BIGINT NOT NULL,
    owner     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
    content   LONGBLOB NOT NULL,
    PRIMARY KEY (namespace, kind, name)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;

-- The number of the last write; fencing tokens are such numbers.
CREATE SEQUENCE IF NOT EXISTS coordination_version ENGINE = InnoDB;

-- Rows that are only ever locked, one for each 1024th of the names.
CREATE TABLE IF NOT EXISTS coordination_gate (id SMALLINT PRIMARY KEY) ENGINE = InnoDB;

-- With locks=session: a row for as long as the server runs.
CREATE TABLE IF NOT EXISTS coordination_life (id SMALLINT PRIMARY KEY) ENGINE = MEMORY;
