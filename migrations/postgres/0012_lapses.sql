-- What keeps claims quick among a million jobs, and workers that fell silent. The twin of ../sqlite/0012_lapses.sql.

-- How many workers fell silent over the job; an attempt that only ended so is not counted in `attempts`.
ALTER TABLE jobs ADD COLUMN lapses BIGINT NOT NULL DEFAULT 0;

-- Who has how many running, and whether anything is due: neither is to be looked for among all that wait.
CREATE INDEX jobs_running ON jobs (lane, user_id) WHERE state = 'running';
CREATE INDEX jobs_due ON jobs (lane, run_at) WHERE state = 'waiting';
