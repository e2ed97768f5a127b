-- What a job's log is read by (03 §3): the kind of an event, which decides the
-- rows that it gives, and the item that it is about.

-- code of jobs::event::EventKind
ALTER TABLE event ADD COLUMN kind TEXT NOT NULL DEFAULT '';
-- -1: the job as a whole
ALTER TABLE event ADD COLUMN idx BIGINT NOT NULL DEFAULT -1;

-- Events of earlier versions: their payloads begin with their names.
UPDATE event SET kind = 'job_accepted' WHERE payload LIKE '{"event":"job_accepted"%';
UPDATE event SET kind = 'job_started' WHERE payload LIKE '{"event":"job_started"%';
UPDATE event SET kind = 'job_state_changed' WHERE payload LIKE '{"event":"job_state_changed"%';
UPDATE event SET kind = 'job_warning' WHERE payload LIKE '{"event":"job_warning"%';
UPDATE event SET kind = 'duplicate_skipped'
    WHERE payload LIKE '{"event":"job_warning","warning":{"reason":"DUPLICATE_HANDLE"%';
UPDATE event SET kind = 'artifact_ready' WHERE payload LIKE '{"event":"artifact_ready"%';
UPDATE event SET kind = 'job_finished' WHERE payload LIKE '{"event":"job_finished"%';

UPDATE event SET kind = 'asset_started', idx =
    CAST(substr(payload, 1 + length('{"event":"asset_started","asset":{"index":'), 18) AS BIGINT)
    WHERE payload LIKE '{"event":"asset_started"%';
UPDATE event SET kind = 'asset_warning', idx =
    CAST(substr(payload, 1 + length('{"event":"asset_warning","asset":{"index":'), 18) AS BIGINT)
    WHERE payload LIKE '{"event":"asset_warning"%';
UPDATE event SET kind = 'asset_failed', idx =
    CAST(substr(payload, 1 + length('{"event":"asset_failed","asset":{"index":'), 18) AS BIGINT)
    WHERE payload LIKE '{"event":"asset_failed"%';
UPDATE event SET kind = 'asset_cancelled', idx =
    CAST(substr(payload, 1 + length('{"event":"asset_cancelled","asset":{"index":'), 18) AS BIGINT)
    WHERE payload LIKE '{"event":"asset_cancelled"%';
UPDATE event SET kind = 'asset_completed', idx =
    CAST(substr(payload, 1 + length('{"event":"asset_completed","asset":{"index":'), 18) AS BIGINT)
    WHERE payload LIKE '{"event":"asset_completed"%';
-- The warnings of an asset stand directly before its end.
UPDATE event SET kind = 'asset_warned' WHERE kind = 'asset_completed' AND EXISTS (
    SELECT 1 FROM event AS earlier
    WHERE earlier.job_id = event.job_id AND earlier.seq = event.seq - 1
        AND earlier.kind = 'asset_warning');

CREATE INDEX event_kind ON event (job_id, kind, seq);
CREATE INDEX event_item ON event (job_id, idx, seq);
CREATE INDEX item_asset ON item (asset_id, job_id, idx);

-- The default order of the list of logs: by start, or by submission before it.
CREATE INDEX job_log_start
    ON job (company, (CASE WHEN started_ms = 0 THEN submitted_ms ELSE started_ms END), id);
