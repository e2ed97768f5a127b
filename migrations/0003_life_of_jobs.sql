-- Pause, packing, schedules, mail, and how long things are kept.

-- language of mails and logs; empty: the server's default
ALTER TABLE job ADD COLUMN locale TEXT NOT NULL DEFAULT '';
-- who submitted it, as far as the server knows
ALTER TABLE job ADD COLUMN user_handle TEXT NOT NULL DEFAULT '';
-- the schedule that it is a run of; 0: none
ALTER TABLE job ADD COLUMN schedule_id BIGINT NOT NULL DEFAULT 0;
-- 1: all items are settled and its archive or manifest is still to be written
ALTER TABLE job ADD COLUMN packing BIGINT NOT NULL DEFAULT 0;
-- archive parts
ALTER TABLE job ADD COLUMN transfer_success BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN transfer_error BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN transfer_warning BIGINT NOT NULL DEFAULT 0;
-- 1: somebody deleted it; its log stays
ALTER TABLE job ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;
CREATE INDEX job_ended ON job (ended_ms);

-- JSON list of the outputs that an asset gives, when it gives more than one
ALTER TABLE item ADD COLUMN outputs TEXT NOT NULL DEFAULT '';
-- not before this time: a moment's trouble with the store is waited for
ALTER TABLE item ADD COLUMN not_before_ms BIGINT NOT NULL DEFAULT 0;
-- attempts that ended in such trouble
ALTER TABLE item ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
-- JSON list of problems: why it failed, or what it was warned of
ALTER TABLE item ADD COLUMN problems TEXT NOT NULL DEFAULT '';

-- The number of an artifact is 1024 times that of its item, and one more for each
-- further output of the item.
UPDATE artifact SET idx = idx * 1024;
ALTER TABLE artifact ADD COLUMN crc32 BIGINT NOT NULL DEFAULT 0;
-- 0: only waits to be packed into an archive
ALTER TABLE artifact ADD COLUMN listed BIGINT NOT NULL DEFAULT 1;
-- of an archive, from 1; 0: a single file
ALTER TABLE artifact ADD COLUMN part BIGINT NOT NULL DEFAULT 0;
-- 0: never; the bytes of one that has expired are gone and blob is empty
ALTER TABLE artifact ADD COLUMN expires_ms BIGINT NOT NULL DEFAULT 0;
CREATE INDEX artifact_expires ON artifact (expires_ms);

INSERT INTO counter (name, value) VALUES ('schedule', 0);
CREATE TABLE schedule (
    id             BIGINT PRIMARY KEY,
    company        TEXT NOT NULL,
    -- unique in the company
    name           TEXT NOT NULL,
    original_name  TEXT NOT NULL,
    description    TEXT NOT NULL,
    locale         TEXT NOT NULL,
    user_handle    TEXT NOT NULL,
    -- what was submitted, as JSON, with its handles
    request        TEXT NOT NULL,
    handles        TEXT NOT NULL,
    -- a Quartz expression and its zone, or empty for one that runs once
    expression     TEXT NOT NULL,
    time_zone      TEXT NOT NULL,
    -- 0: it will not fire again
    next_fire_ms   BIGINT NOT NULL,
    -- normal, paused, complete, blocked, error
    trigger_state  TEXT NOT NULL,
    last_run       BIGINT NOT NULL,
    created_ms     BIGINT NOT NULL
);
CREATE UNIQUE INDEX schedule_name ON schedule (company, name);
CREATE INDEX schedule_next ON schedule (next_fire_ms);

CREATE TABLE mail (
    job_id       BIGINT NOT NULL,
    -- begin or end, and whom to: owner or copy
    moment       TEXT NOT NULL,
    recipient    TEXT NOT NULL,
    state        TEXT NOT NULL,
    tries        BIGINT NOT NULL,
    next_ms      BIGINT NOT NULL,
    problem      TEXT NOT NULL,
    PRIMARY KEY (job_id, moment, recipient)
);
CREATE INDEX mail_state ON mail (state, next_ms);
