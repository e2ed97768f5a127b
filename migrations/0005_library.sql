-- How often an asset got a file: 1 as uploaded, 0 without a file.
ALTER TABLE asset ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
UPDATE asset SET version = 0 WHERE sha256 = '';

-- What a company's library holds, for its quotas.
CREATE TABLE library_usage (
    company TEXT PRIMARY KEY,
    assets  BIGINT NOT NULL,
    bytes   BIGINT NOT NULL
);
INSERT INTO library_usage (company, assets, bytes)
    SELECT company, count(*), sum(file_size) FROM asset GROUP BY company;

-- Originals that may have no asset any more, and since when. Only a hint: the
-- sweeper looks at the assets before it removes a file.
CREATE TABLE released_original (
    sha256   TEXT PRIMARY KEY,
    since_ms BIGINT NOT NULL
);
CREATE INDEX released_original_since ON released_original (since_ms);

-- which assets have this file
CREATE INDEX asset_sha256 ON asset (sha256, file_size);

-- Searches of a small folder read all of it; those of a large one read the
-- assets in their order. The folder stands at the end so that assets of other
-- folders are passed over without a look at their rows.
CREATE INDEX asset_folder ON asset (company, trash_state, folder);
CREATE INDEX asset_by_created ON asset (company, trash_state, created_ms, id, folder);
CREATE INDEX asset_by_modified ON asset (company, trash_state, modified_ms, id, folder);
-- with all that a search for a text looks at
CREATE INDEX asset_by_name
    ON asset (company, trash_state, name, id, folder, file_name, type);
CREATE INDEX asset_by_type ON asset (company, trash_state, type, id, folder);
CREATE INDEX asset_by_size ON asset (company, trash_state, file_size, id, folder);
