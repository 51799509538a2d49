-- One row for each session: who is there, and until when without a renewal, by the database's clock in UTC.
CREATE TABLE IF NOT EXISTS coordination_session (
    id        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    namespace VARBINARY(1020) NOT NULL,
    member    VARBINARY(1020) NOT NULL,
    expires   DATETIME(6) NOT NULL,
    backend   BIGINT,
    asked     VARBINARY(1040)
) ENGINE = InnoDB;

-- One row for each lock (kind 0), leadership (1) and group (2) while there is anything to say of it. The version is the number of
-- the last write; fencing tokens are such numbers.
CREATE TABLE IF NOT EXISTS coordination_record (
    namespace VARBINARY(1020) NOT NULL,
    kind      SMALLINT NOT NULL,
    name      VARBINARY(1020) NOT NULL,
    version   BIGINT NOT NULL AUTO_INCREMENT,
    owner     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
    content   LONGBLOB NOT NULL,
    PRIMARY KEY (namespace, kind, name),
    KEY (version)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;

-- Rows that are only ever locked, one for each 1024th of the names.
CREATE TABLE IF NOT EXISTS coordination_gate (id SMALLINT PRIMARY KEY) ENGINE = InnoDB;
