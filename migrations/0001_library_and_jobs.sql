-- One text for SQLite and PostgreSQL: only TEXT and BIGINT, times in
-- milliseconds since 1970 UTC, checksums in hexadecimal, flags as 0 and 1.

-- Numbers behind handles. `a|7` is the seventh asset.
CREATE TABLE counter (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('asset', 0), ('image_format', 0), ('job', 0);

CREATE TABLE asset (
    id               BIGINT PRIMARY KEY,
    company          TEXT NOT NULL,
    type             BIGINT NOT NULL,
    sub_type         TEXT NOT NULL,
    name             TEXT NOT NULL,
    file_name        TEXT NOT NULL,
    folder           TEXT NOT NULL,
    trash_state      BIGINT NOT NULL,
    file_size        BIGINT NOT NULL,
    width            BIGINT NOT NULL,
    height           BIGINT NOT NULL,
    -- hundredths of a dot per inch, so that no dialect has to store a real
    resolution_cdpi  BIGINT NOT NULL,
    sha256           TEXT NOT NULL,
    owner            BIGINT NOT NULL,
    url              TEXT NOT NULL,
    created_ms       BIGINT NOT NULL,
    modified_ms      BIGINT NOT NULL
);
CREATE UNIQUE INDEX asset_name ON asset (company, name);
CREATE UNIQUE INDEX asset_path ON asset (company, folder, file_name, name);

CREATE TABLE image_format (
    id           BIGINT PRIMARY KEY,
    company      TEXT NOT NULL,
    name         TEXT NOT NULL,
    -- lower case: names are unique without regard to case
    name_key     TEXT NOT NULL,
    url_modifier TEXT NOT NULL,
    built_in     BIGINT NOT NULL,
    version      BIGINT NOT NULL
);
CREATE UNIQUE INDEX image_format_name ON image_format (company, name_key);

-- Companies that got the image formats that come with offprint; those may be
-- changed and removed, and must not come back.
CREATE TABLE seeded_company (
    company TEXT PRIMARY KEY
);

CREATE TABLE job (
    id               BIGINT PRIMARY KEY,
    company          TEXT NOT NULL,
    run_name         TEXT NOT NULL,
    original_name    TEXT NOT NULL,
    description      TEXT NOT NULL,
    client_id        TEXT NOT NULL,
    state            TEXT NOT NULL,
    outcome          TEXT NOT NULL,
    -- what was submitted, as JSON; handles are in the items
    request          TEXT NOT NULL,
    -- the commands as resolved at submit; the plan is made from this text
    effective        TEXT NOT NULL,
    resolved_macro   TEXT NOT NULL,
    last_seq         BIGINT NOT NULL,
    total            BIGINT NOT NULL,
    success          BIGINT NOT NULL,
    error            BIGINT NOT NULL,
    warning          BIGINT NOT NULL,
    duplicate        BIGINT NOT NULL,
    cancelled        BIGINT NOT NULL,
    job_warnings     BIGINT NOT NULL,
    bytes_out        BIGINT NOT NULL,
    submitted_ms     BIGINT NOT NULL,
    started_ms       BIGINT NOT NULL,
    settled_ms       BIGINT NOT NULL,
    ended_ms         BIGINT NOT NULL
);
CREATE UNIQUE INDEX job_run_name ON job (company, run_name);
CREATE INDEX job_state ON job (state, id);
CREATE INDEX job_original_name ON job (company, original_name, id);

-- An item is one asset of one job. Its row is the truth about it.
CREATE TABLE item (
    job_id         BIGINT NOT NULL,
    idx            BIGINT NOT NULL,
    -- as submitted; the asset may be unknown
    handle         TEXT NOT NULL,
    asset_id       BIGINT NOT NULL,
    state          TEXT NOT NULL,
    attempt        BIGINT NOT NULL,
    -- attempts given back because the server was stopped; they count no crash
    released       BIGINT NOT NULL,
    lease_until_ms BIGINT NOT NULL,
    -- chosen at submit in the order of the request
    output_name    TEXT NOT NULL,
    -- JSON of a problem that was certain at submit; empty: try it
    refusal        TEXT NOT NULL,
    PRIMARY KEY (job_id, idx)
);
-- admission takes waiting items, those never tried first
CREATE INDEX item_state ON item (job_id, state, attempt, idx);

CREATE TABLE artifact (
    job_id    BIGINT NOT NULL,
    idx       BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size      BIGINT NOT NULL,
    width     BIGINT NOT NULL,
    height    BIGINT NOT NULL,
    sha256    TEXT NOT NULL,
    blob      TEXT NOT NULL,
    PRIMARY KEY (job_id, idx)
);

CREATE TABLE event (
    job_id  BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    time_ms BIGINT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (job_id, seq)
);

CREATE TABLE request_id (
    company    TEXT NOT NULL,
    request_id TEXT NOT NULL,
    -- SHA-256 of the request, to tell a repeat from another request
    digest     TEXT NOT NULL,
    job_id     BIGINT NOT NULL,
    -- the first answer, as JSON
    warnings   TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (company, request_id)
);
