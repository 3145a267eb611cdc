-- +goose Up

-- One row, one number: the cursor of Changes. Commands and uploads raise it in
-- their own transaction and keep it locked to the end, so that a reader who has
-- seen a number has seen all before it.
CREATE TABLE outdial_change (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq bigint NOT NULL
);
INSERT INTO outdial_change (seq) VALUES (0);

CREATE TABLE outdial_campaigns (
    id          uuid PRIMARY KEY,
    position    bigint NOT NULL UNIQUE,           -- order of creation
    changed     bigint NOT NULL,                  -- cursor of the last change
    status      text NOT NULL CHECK (status IN ('draft', 'running', 'paused', 'completed', 'failed')),
    version     bigint NOT NULL,
    created     timestamptz,
    cloned_from uuid,
    archived    timestamptz,                      -- when the host put it away
    run         integer NOT NULL,                 -- the present one's number
    earlier     integer NOT NULL DEFAULT 0,       -- rows of earlier runs that are held
    contacts    bigint NOT NULL DEFAULT 0         -- how many have arrived
) WITH (fillfactor = 50);                         -- rewritten in place
CREATE INDEX outdial_campaigns_changed ON outdial_campaigns (changed);

CREATE TABLE outdial_runs (
    campaign      uuid NOT NULL REFERENCES outdial_campaigns,
    number        integer NOT NULL,
    spec          jsonb NOT NULL,                 -- the present run's are the campaign's settings
    scope         text NOT NULL CHECK (scope IN ('all', 'not_completed')),
    started       timestamptz,
    ended         timestamptz,
    end_reason    text NOT NULL CHECK (end_reason IN ('', 'finished', 'stopped', 'window', 'failed')),
    fail_reason   text NOT NULL,
    halt          text NOT NULL CHECK (halt IN ('', 'stop', 'drain', 'close')),
    halt_calls    text NOT NULL CHECK (halt_calls IN ('', 'stop', 'drain', 'close')),
    halted_at     timestamptz,
    ran           bigint NOT NULL,                -- nanoseconds
    running_since timestamptz,
    counters      bigint[] NOT NULL,              -- each has its place: counters.go
    -- Contacts from fill_next up to, not including, fill_end lack their attempt.
    fill_next     bigint NOT NULL DEFAULT 0,
    fill_end      bigint NOT NULL DEFAULT 0,
    fill_at       timestamptz,
    -- Rows are still to follow the last big decision.
    unswept       boolean NOT NULL DEFAULT false,
    -- When the run's attempts and records began to be forgotten, and the arrival
    -- of the next contact that may have some; -1 once all are.
    purged        timestamptz,
    purge_next    bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (campaign, number)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
CREATE INDEX outdial_runs_unswept ON outdial_runs (campaign) WHERE unswept;

CREATE TABLE outdial_contacts (
    id         uuid PRIMARY KEY,
    campaign   uuid NOT NULL REFERENCES outdial_campaigns,
    arrival    bigint NOT NULL,                   -- from 0, within the campaign
    key        text NOT NULL,
    name       text NOT NULL,
    address    text NOT NULL,
    priority   integer NOT NULL,
    not_before timestamptz,
    variables  jsonb,
    UNIQUE (campaign, arrival)
);
CREATE INDEX outdial_contacts_not_before ON outdial_contacts (campaign, not_before) WHERE not_before IS NOT NULL;

-- While a worker holds an attempt nothing that is indexed changes, so that the
-- row is rewritten within its page: no index is on the state, and none on since.
-- fillfactor leaves room there for three versions of twice the length, as two
-- are often still seen by somebody when the third is written.
CREATE TABLE outdial_attempts (
    contact     uuid NOT NULL,
    run         integer NOT NULL,
    campaign    uuid NOT NULL,
    arrival     bigint NOT NULL,                  -- the contact's
    priority    integer NOT NULL,                 -- the contact's
    state       text NOT NULL,
    -- What a waiting attempt waits for: its state, or due for one that is
    -- scheduled, whose time has come, and that now stands among the pending.
    queue       text CHECK (queue IN ('pending', 'due', 'scheduled', 'retry_scheduled', 'callback_scheduled')),
    queued      timestamptz,                      -- when it began to wait
    owner       uuid,                             -- the worker that holds it
    version     bigint NOT NULL,
    since       timestamptz,
    due         timestamptz,
    due_running bigint NOT NULL DEFAULT 0,        -- nanoseconds of the run's running time
    call        uuid,                             -- the call in hand, while it takes a disposition
    doubt       uuid,
    doubt_until timestamptz,
    claims      json,                             -- limits that it holds, while its state has a line
    rest        json,                             -- the rest, times in microseconds; null: all zero
    PRIMARY KEY (contact, run),
    -- An attempt waits, is held by a worker, or has ended.
    CONSTRAINT outdial_attempts_state_check CHECK (CASE
        WHEN queue IS NOT NULL THEN owner IS NULL AND state IN ('pending', 'scheduled', 'retry_scheduled', 'callback_scheduled')
        WHEN owner IS NOT NULL THEN state IN (
            'leased', 'dialling', 'ringing', 'amd_screening', 'attaching', 'in_progress', '_processing')
        ELSE state IN ('completed', 'exhausted', 'abandoned', 'amd_machine', 'window_closed', 'manual_stopped')
    END)
) WITH (fillfactor = 17, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
-- The order of work.
CREATE INDEX outdial_attempts_callbacks ON outdial_attempts (campaign, run, due, arrival) WHERE queue = 'callback_scheduled';
CREATE INDEX outdial_attempts_retries ON outdial_attempts (campaign, run, due_running, arrival) WHERE queue = 'retry_scheduled';
CREATE INDEX outdial_attempts_pending ON outdial_attempts (campaign, run, priority DESC, arrival) WHERE queue IN ('pending', 'due');
CREATE INDEX outdial_attempts_scheduled ON outdial_attempts (campaign, run, due) WHERE queue = 'scheduled';
-- The oldest of each state that waits, and what a sweep finds.
CREATE INDEX outdial_attempts_waiting ON outdial_attempts (campaign, run, queue, queued) WHERE queue IS NOT NULL;
-- What workers hold.
CREATE INDEX outdial_attempts_held ON outdial_attempts (owner, campaign, run) WHERE owner IS NOT NULL;
CREATE UNIQUE INDEX outdial_attempts_call ON outdial_attempts (call) WHERE call IS NOT NULL;

-- Calls that may still surface.
CREATE INDEX outdial_attempts_doubt ON outdial_attempts (campaign, run, doubt_until) WHERE doubt IS NOT NULL;

-- Final call records.
CREATE TABLE outdial_calls (
    id       uuid PRIMARY KEY,
    campaign uuid NOT NULL,
    run      integer NOT NULL,
    contact  uuid NOT NULL,
    number   integer NOT NULL,
    outcome  text NOT NULL CHECK (outcome IN (
        '', 'answered', 'busy', 'no_answer', 'rejected', 'invalid_number', 'congestion', 'failed',
        'machine', 'abandoned', 'cancelled', 'refused', 'unknown', 'ghost')),
    record   json NOT NULL                        -- the rest, times in microseconds since 1970
);
CREATE INDEX outdial_calls_of_attempt ON outdial_calls (contact, run, number);

-- Shared limits. per is 0 for those that hold at once, which count in held;
-- otherwise a span in nanoseconds, whose grants are in log.
CREATE TABLE outdial_limits (
    key  text COLLATE "C" NOT NULL,
    per  bigint NOT NULL,
    held integer NOT NULL DEFAULT 0,
    log  json NOT NULL DEFAULT '[]',
    PRIMARY KEY (key, per)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

CREATE TABLE outdial_workers (
    id        uuid PRIMARY KEY,
    beat      bigint NOT NULL,
    leaving   boolean NOT NULL,
    decisions json NOT NULL
) WITH (fillfactor = 50);

-- Commands that were applied, and uploads by their key: both are idempotent.
CREATE TABLE outdial_commands (
    campaign uuid NOT NULL,
    id       uuid NOT NULL,
    at       timestamptz,
    said     text NOT NULL, -- what was done
    PRIMARY KEY (campaign, id)
);
CREATE INDEX outdial_commands_at ON outdial_commands (campaign, at);
CREATE TABLE outdial_batches (
    campaign uuid NOT NULL,
    key      text COLLATE "C" NOT NULL,
    contacts bigint NOT NULL,
    digest   bytea, -- of the upload's rows
    PRIMARY KEY (campaign, key)
);

-- Held attempts that commands have written to: hints for Changes.
CREATE TABLE outdial_written (
    seq     bigint PRIMARY KEY,
    contact uuid NOT NULL,
    run     integer NOT NULL
);

-- +goose Down
DROP TABLE outdial_written, outdial_batches, outdial_commands, outdial_workers, outdial_limits,
    outdial_calls, outdial_attempts, outdial_contacts, outdial_runs, outdial_campaigns, outdial_change;
