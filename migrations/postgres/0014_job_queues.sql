-- Columns of the job table named by the terms of job queues. Mirrors ../sqlite/0014_job_queues.sql.

ALTER TABLE jobs ADD COLUMN queue TEXT NOT NULL DEFAULT 'background' CHECK (queue IN ('drawing', 'background'));
UPDATE jobs SET queue = 'drawing' WHERE lane = 'drawings';

DROP INDEX jobs_line;
DROP INDEX jobs_turns;
DROP INDEX jobs_running;
DROP INDEX jobs_due;
ALTER TABLE jobs DROP COLUMN lane;
-- Virtual start time for fair sharing: each further page of one owner starts later than the one before.
ALTER TABLE jobs RENAME COLUMN turn TO fair_start_at;
-- Leases that expired without a result; such an attempt is not counted in `attempts`.
ALTER TABLE jobs RENAME COLUMN lapses TO expired_leases;

CREATE INDEX jobs_claim_order ON jobs (queue, priority, fair_start_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_fair_start ON jobs (user_id, fair_start_at) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_running ON jobs (queue, user_id) WHERE state = 'running';
CREATE INDEX jobs_due ON jobs (queue, run_at) WHERE state = 'waiting';
