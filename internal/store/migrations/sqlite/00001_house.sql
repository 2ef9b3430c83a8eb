-- +goose Up
-- Times are milliseconds since 1970 in UTC; 0 means "not yet". Booleans are 0 and 1.
-- Columns named sealed_* hold AEAD ciphertext; hash columns hold hex of keyed or plain hashes.

CREATE TABLE companies (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  locale TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,              -- '' for the operator
  email TEXT NOT NULL,                   -- folded
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  supervisor_id TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL DEFAULT '',
  password_hash TEXT NOT NULL,
  password_changed_at BIGINT NOT NULL,
  disabled_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE INDEX users_company ON users (company_id);

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  data BLOB NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,              -- '' for the operator
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  hash TEXT NOT NULL,                    -- sha256: the token has 256 random bits
  prefix TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL DEFAULT 0,
  last_used_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_company ON tokens (company_id, id);

-- Clauses and consent templates: every version stays.
CREATE TABLE texts (
  id TEXT NOT NULL,
  version BIGINT NOT NULL,
  company_id TEXT NOT NULL,
  kind TEXT NOT NULL,                    -- clause, ats_transfer, future_recruitments
  connection_id TEXT NOT NULL DEFAULT '',
  text_pl TEXT NOT NULL,
  text_en TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id, version)
);
CREATE INDEX texts_owner ON texts (company_id, kind, connection_id, version);

CREATE TABLE processes (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  slug TEXT NOT NULL,
  state TEXT NOT NULL,
  origin TEXT NOT NULL,
  name TEXT NOT NULL,                    -- also in details; for lists
  search TEXT NOT NULL,                  -- folded: name, role, technologies, cities
  applications BIGINT NOT NULL DEFAULT 0,
  details TEXT NOT NULL,                 -- JSON of recruit.Details
  customization TEXT NOT NULL,           -- JSON of recruit.Customization
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  published_at BIGINT NOT NULL DEFAULT 0,
  closed_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX processes_slug ON processes (slug);
CREATE INDEX processes_company ON processes (company_id, state, id);
CREATE INDEX processes_open ON processes (state, published_at);

CREATE TABLE bindings (
  process_id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  remote_job_id TEXT NOT NULL,
  remote_job_title TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX bindings_job ON bindings (connection_id, remote_job_id);

CREATE TABLE connections (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  ats TEXT NOT NULL,
  auth TEXT NOT NULL,
  environment TEXT NOT NULL,
  access_scope TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  turn TEXT NOT NULL DEFAULT '',
  account_id TEXT NOT NULL DEFAULT '',
  account_name TEXT NOT NULL DEFAULT '',
  account_user TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',       -- JSON of recruit.Source
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  connected_at BIGINT NOT NULL DEFAULT 0,
  checked_at BIGINT NOT NULL DEFAULT 0,
  jobs_read_at BIGINT NOT NULL DEFAULT 0,
  sources_read_at BIGINT NOT NULL DEFAULT 0,
  disconnected_at BIGINT NOT NULL DEFAULT 0,
  switched_at BIGINT NOT NULL DEFAULT 0, -- when another account last replaced the one before
  accounts TEXT NOT NULL DEFAULT '',     -- JSON of []recruit.Account: what the credential opens, when a person has to choose
  report TEXT NOT NULL DEFAULT '',       -- JSON of []recruit.TestCheck: what the last check of the connection said
  report_at BIGINT NOT NULL DEFAULT 0,
  ad_feed TEXT NOT NULL DEFAULT ''       -- address of the public feed of ads, read instead of the API
);
CREATE INDEX connections_company ON connections (company_id, ats);

-- One credential per connection. A refresh is on disk before it is sent and
-- its answer is stored onto the generation that it started from.
CREATE TABLE credentials (
  connection_id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  generation BIGINT NOT NULL,
  sealed_credential BLOB NOT NULL,
  expires_at BIGINT NOT NULL DEFAULT 0,
  obtained_at BIGINT NOT NULL,
  refresh_started_at BIGINT NOT NULL DEFAULT 0,
  sealed_next BLOB,                      -- what waits beside it until a check shows the same account
  next_scope TEXT NOT NULL DEFAULT '',   -- its access_scope
  next_saved_at BIGINT NOT NULL DEFAULT 0 -- 0: none waits
);

CREATE TABLE oauth_links (
  link_hash TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  ats TEXT NOT NULL,
  starter TEXT NOT NULL,
  by_api BIGINT NOT NULL,
  switch_account BIGINT NOT NULL DEFAULT 0,
  return_url TEXT NOT NULL DEFAULT '',
  redirect_uri TEXT NOT NULL,
  browser_hash TEXT NOT NULL DEFAULT '',
  state_hash TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX oauth_links_state ON oauth_links (state_hash) WHERE state_hash <> '';

CREATE TABLE remote_jobs (
  connection_id TEXT NOT NULL,
  id TEXT NOT NULL,
  company_id TEXT NOT NULL,
  title TEXT NOT NULL,
  reference TEXT NOT NULL,
  status TEXT NOT NULL,
  open BIGINT NOT NULL,
  shared BIGINT,
  consent_assigned BIGINT,               -- as last known: a listing need not tell
  consent_known_at BIGINT NOT NULL DEFAULT 0,
  blocked_reason TEXT NOT NULL DEFAULT '',
  location TEXT NOT NULL DEFAULT '',
  refreshed_at BIGINT NOT NULL,
  gone_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (connection_id, id)
);
CREATE INDEX remote_jobs_reference ON remote_jobs (connection_id, reference);

CREATE TABLE remote_sources (
  connection_id TEXT NOT NULL,
  id TEXT NOT NULL,
  company_id TEXT NOT NULL,
  name TEXT NOT NULL,
  grp TEXT NOT NULL,
  suggested BIGINT NOT NULL,
  PRIMARY KEY (connection_id, id)
);

-- Readings of the ATS that were asked for: jobs, sources, one job's health.
CREATE TABLE connection_tasks (
  connection_id TEXT NOT NULL,
  kind TEXT NOT NULL,                    -- jobs, sources, check
  company_id TEXT NOT NULL,
  due_at BIGINT NOT NULL,                -- 0: nothing asked
  attempts BIGINT NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',        -- kind of the last failure
  code TEXT NOT NULL DEFAULT '',         -- and the connector's code, when it has one
  asked_by TEXT NOT NULL DEFAULT '',     -- who pressed the button, until it is done
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (connection_id, kind)
);

-- Job ads that an ATS multiposts, and how they are read.
CREATE TABLE ads (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  ad_key TEXT NOT NULL,                  -- the ATS's own
  state TEXT NOT NULL,                   -- listed, withdrawn, expired, absent, foreign
  content TEXT NOT NULL,                 -- JSON of multipost.Content: merged, sanitised
  rows_json TEXT NOT NULL,               -- JSON of multipost.Row: as they came
  problems TEXT NOT NULL,                -- JSON list of codes
  reference TEXT NOT NULL DEFAULT '',
  remote_job_id TEXT NOT NULL DEFAULT '',
  missed BIGINT NOT NULL DEFAULT 0,      -- complete listings in a row that lacked it
  process_id TEXT NOT NULL DEFAULT '',
  draft_revision BIGINT NOT NULL DEFAULT 0, -- of the process, as we wrote it last
  base TEXT NOT NULL,                    -- JSON of recruit.Details that the process was last made of
  closed BIGINT NOT NULL DEFAULT 0,      -- it was we who closed the process
  expires_at BIGINT NOT NULL DEFAULT 0,
  revision BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ads_key ON ads (connection_id, ad_key);
CREATE INDEX ads_company ON ads (company_id, id);
CREATE INDEX ads_process ON ads (process_id) WHERE process_id <> '';
CREATE INDEX ads_expiry ON ads (connection_id, state, expires_at);

CREATE TABLE ad_readings (
  connection_id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  complete_due_at BIGINT NOT NULL,       -- from then on the next one reads everything
  claimed BIGINT NOT NULL DEFAULT 0,     -- the due_at that its claim set; 0: none is under way
  since BIGINT NOT NULL DEFAULT 0,       -- when the last successful one began
  read_at BIGINT NOT NULL DEFAULT 0,
  complete_at BIGINT NOT NULL DEFAULT 0,
  pushed_at BIGINT NOT NULL DEFAULT 0,
  listed BIGINT NOT NULL DEFAULT 0,      -- ads in the last complete one
  refused BIGINT NOT NULL DEFAULT 0,     -- ads beyond the bound in the last listing
  error TEXT NOT NULL DEFAULT ''         -- kind of the last failure
);

-- Jobs that a process is bound to: the texts that the ATS attaches to each, as
-- last read, and what was last found of it. Due times of 0 mean: when asked.
CREATE TABLE job_watches (
  connection_id TEXT NOT NULL,
  remote_job_id TEXT NOT NULL,
  company_id TEXT NOT NULL,
  texts TEXT NOT NULL DEFAULT '[]',      -- JSON of []recruit.RemoteConsent, in the ATS's order
  texts_read_at BIGINT NOT NULL DEFAULT 0, -- 0: never, or there are none to read
  texts_error TEXT NOT NULL DEFAULT '',  -- kind of failure, when the newest reading failed
  texts_attempts BIGINT NOT NULL DEFAULT 0, -- failures in a row
  texts_due_at BIGINT NOT NULL DEFAULT 0,
  checks TEXT NOT NULL DEFAULT '[]',     -- JSON of []recruit.TestCheck
  checked_at BIGINT NOT NULL DEFAULT 0,
  check_error TEXT NOT NULL DEFAULT '',
  check_attempts BIGINT NOT NULL DEFAULT 0,
  check_due_at BIGINT NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',       -- why, by the last check, nobody goes in
  PRIMARY KEY (connection_id, remote_job_id)
);

CREATE TABLE applications (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  process_id TEXT NOT NULL,
  email_hash TEXT NOT NULL,
  sealed_data BLOB NOT NULL,             -- JSON: candidate, answers, CV file name, external id
  external_hash TEXT NOT NULL DEFAULT '',
  cv_blob TEXT NOT NULL DEFAULT '',
  cv_size BIGINT NOT NULL DEFAULT 0,
  cv_sha256_sealed BLOB,
  cv_type TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL,
  stage TEXT NOT NULL,
  stage_changed_at BIGINT NOT NULL,
  stage_changed_by TEXT NOT NULL,
  read_stage TEXT NOT NULL DEFAULT '',   -- what the candidate reads until read_until: the stage's grace period
  read_until BIGINT NOT NULL DEFAULT 0,
  tag TEXT NOT NULL,
  suspicious BIGINT NOT NULL DEFAULT 0,
  channel TEXT NOT NULL,
  submit_key TEXT NOT NULL DEFAULT '',   -- hash of the idempotency key that it came with
  updated_at BIGINT NOT NULL,
  withdrawn_at BIGINT NOT NULL DEFAULT 0,
  erased_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX applications_person ON applications (process_id, email_hash);
CREATE INDEX applications_company ON applications (company_id, id);
CREATE INDEX applications_process ON applications (process_id, id);
CREATE INDEX applications_email ON applications (company_id, email_hash);
CREATE INDEX applications_stage ON applications (company_id, stage, id);
CREATE INDEX applications_updated ON applications (company_id, updated_at);

-- Kept apart from the data, so that erasing the key erases the data.
CREATE TABLE application_keys (
  application_id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  sealed_key BLOB NOT NULL
);

CREATE TABLE resubmissions (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL,
  company_id TEXT NOT NULL,
  sealed_data BLOB NOT NULL,
  cv_blob TEXT NOT NULL DEFAULT '',
  cv_size BIGINT NOT NULL DEFAULT 0,
  cv_sha256_sealed BLOB,
  cv_type TEXT NOT NULL DEFAULT '',
  decision TEXT NOT NULL DEFAULT '',     -- confirmed, dismissed; '' while the mailbox's owner has not said
  decided_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);
CREATE INDEX resubmissions_application ON resubmissions (application_id);

-- Outgoing mail: references, never people. Whom it goes to and what it says is
-- made from the sealed application when it is sent; see package notify.
CREATE TABLE mails (
  id TEXT PRIMARY KEY,                   -- also the left part of the Message-ID
  company_id TEXT NOT NULL,
  application_id TEXT NOT NULL,
  process_id TEXT NOT NULL,
  kind TEXT NOT NULL,                    -- confirmation, resubmission, stage
  stage TEXT NOT NULL DEFAULT '',        -- that a stage mail tells
  resubmission_id TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  code BIGINT NOT NULL DEFAULT 0,        -- the mail server's last answer
  text_version BIGINT NOT NULL DEFAULT 0, -- of the company's words for the stage; 0 for ours
  rejected_on TEXT NOT NULL DEFAULT '',  -- the job of a synchronised move to Negative, which are counted by the hour
  released_at BIGINT NOT NULL DEFAULT 0, -- by a person: it is not held again
  attempts BIGINT NOT NULL DEFAULT 0,
  fence BIGINT NOT NULL DEFAULT 0,       -- of the run that sends it
  planned_at BIGINT NOT NULL,
  first_due_at BIGINT NOT NULL,          -- from when on two days are counted
  due_at BIGINT NOT NULL,
  started_at BIGINT NOT NULL DEFAULT 0,
  ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mails_due ON mails (state, due_at);
CREATE INDEX mails_application ON mails (application_id, kind, state);
CREATE INDEX mails_company ON mails (company_id, state, process_id);
CREATE INDEX mails_burst ON mails (company_id, rejected_on, planned_at, application_id) WHERE rejected_on <> '';
CREATE INDEX mails_hold ON mails (company_id, rejected_on, planned_at) WHERE rejected_on <> '' AND state = 'waiting' AND released_at = 0;

-- A company's choices about mail on changes of stage; without a row nobody is
-- mailed about one.
CREATE TABLE mail_rules (
  company_id TEXT PRIMARY KEY,
  manual TEXT NOT NULL,                  -- who tells of a user's move: platform, nobody
  negative BIGINT NOT NULL,              -- by synchronisation
  hired BIGINT NOT NULL,
  automatic BIGINT NOT NULL
);

-- Capabilities that mails carry, to the candidate's own page: 256 random bits,
-- of which this is the hash. They end with the application's data.
CREATE TABLE candidate_links (
  hash TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  application_id TEXT NOT NULL,
  mail_id TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX candidate_links_application ON candidate_links (application_id);

CREATE TABLE consent_records (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL,
  company_id TEXT NOT NULL,
  connection_id TEXT NOT NULL DEFAULT '',
  account_id TEXT NOT NULL DEFAULT '',
  remote_job_id TEXT NOT NULL DEFAULT '',
  purpose TEXT NOT NULL,
  text_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  locale TEXT NOT NULL,
  text TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  required BIGINT NOT NULL DEFAULT 0,
  decision TEXT NOT NULL,
  valid_months BIGINT NOT NULL DEFAULT 0,
  channel TEXT NOT NULL,
  asserted BIGINT NOT NULL DEFAULT 0,
  at BIGINT NOT NULL
);
CREATE INDEX consent_records_application ON consent_records (application_id, purpose, at, id);

CREATE TABLE deliveries (
  application_id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  process_id TEXT NOT NULL,
  connection_id TEXT NOT NULL DEFAULT '',
  remote_job_id TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  vendor_code TEXT NOT NULL DEFAULT '',
  turn TEXT NOT NULL DEFAULT '',
  attempts BIGINT NOT NULL DEFAULT 0,
  failures BIGINT NOT NULL DEFAULT 0,    -- in a row, for the backoff
  next_at BIGINT NOT NULL DEFAULT 0,     -- due time while waiting or unanswered
  fence BIGINT NOT NULL DEFAULT 0,       -- of the run that holds it while attempting
  window_from BIGINT NOT NULL DEFAULT 0, -- first and last attempt that may have
  window_to BIGINT NOT NULL DEFAULT 0,   -- reached the ATS since the last certain answer
  remote_candidate_id TEXT NOT NULL DEFAULT '',
  former_candidate_id TEXT NOT NULL DEFAULT '', -- that was gone when it was sent again
  remote_application_id TEXT NOT NULL DEFAULT '',
  remote_attachment_id TEXT NOT NULL DEFAULT '',
  remote_url TEXT NOT NULL DEFAULT '',
  cv_done BIGINT NOT NULL DEFAULT 0,
  updated_at BIGINT NOT NULL,
  delivered_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX deliveries_due ON deliveries (connection_id, state, next_at);
CREATE INDEX deliveries_company ON deliveries (company_id, state, application_id);
CREATE INDEX deliveries_process ON deliveries (process_id, state, application_id);
CREATE INDEX deliveries_candidate ON deliveries (connection_id, remote_candidate_id, remote_job_id, company_id) WHERE remote_candidate_id <> '';
CREATE INDEX deliveries_job ON deliveries (connection_id, remote_job_id, company_id, state);
CREATE INDEX deliveries_updated ON deliveries (company_id, updated_at);

CREATE TABLE delivery_attempts (
  application_id TEXT NOT NULL,
  n BIGINT NOT NULL,
  company_id TEXT NOT NULL,
  op TEXT NOT NULL,                      -- push, find
  fence BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL DEFAULT 0,    -- 0: the process died in it, or it is in flight
  kind TEXT NOT NULL DEFAULT '',
  status BIGINT NOT NULL DEFAULT 0,
  vendor_code TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (application_id, n)
);

CREATE TABLE timeline (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL,
  company_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  data TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX timeline_application ON timeline (application_id, id);

CREATE TABLE test_runs (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  process_id TEXT NOT NULL DEFAULT '',
  remote_job_id TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,                   -- waiting, running, passed, failed
  warned BIGINT NOT NULL DEFAULT 0,
  checks TEXT NOT NULL,                  -- JSON
  tag TEXT NOT NULL,
  remote_candidate_id TEXT NOT NULL DEFAULT '',
  remote_application_id TEXT NOT NULL DEFAULT '',
  remote_url TEXT NOT NULL DEFAULT '',
  push_from BIGINT NOT NULL DEFAULT 0,   -- when its push began: from then on something may be there to remove
  removal TEXT NOT NULL DEFAULT '',      -- '', due, done, impossible
  removal_at BIGINT NOT NULL DEFAULT 0,
  removal_attempts BIGINT NOT NULL DEFAULT 0,
  started_by TEXT NOT NULL,
  fence BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  finished_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX test_runs_due ON test_runs (connection_id, state);
CREATE INDEX test_runs_removal ON test_runs (connection_id, removal, removal_at);
CREATE INDEX test_runs_process ON test_runs (company_id, process_id, id);

-- One row per lane; see package lane.
CREATE TABLE lanes (
  key TEXT PRIMARY KEY,
  wake_at BIGINT NOT NULL DEFAULT 0,     -- 0: nothing due
  fence BIGINT NOT NULL DEFAULT 0,
  holder TEXT NOT NULL DEFAULT '',
  lease_until BIGINT NOT NULL DEFAULT 0,
  paused_until BIGINT NOT NULL DEFAULT 0,
  pause_reason TEXT NOT NULL DEFAULT '',
  failures BIGINT NOT NULL DEFAULT 0     -- in a row: the breaker
);
CREATE INDEX lanes_wake ON lanes (wake_at) WHERE wake_at > 0;

-- The module "Synchronization of candidate stages": one row per connection that ever had it on.
CREATE TABLE stage_syncs (
  connection_id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  activated_at BIGINT NOT NULL,          -- applications made before are not followed
  backfilled_at BIGINT NOT NULL DEFAULT 0, -- since when the earlier ones are; 0: not
  who_tells TEXT NOT NULL,
  new_substatuses TEXT NOT NULL,
  mode TEXT NOT NULL,
  daily_at TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  next_run_at BIGINT NOT NULL DEFAULT 0, -- of a daily run
  last_run_at BIGINT NOT NULL DEFAULT 0,
  stages_due_at BIGINT NOT NULL DEFAULT 0,
  stages_read_at BIGINT NOT NULL DEFAULT 0,
  stages_error TEXT NOT NULL DEFAULT ''
);

CREATE TABLE remote_stages (
  connection_id TEXT NOT NULL,
  id TEXT NOT NULL,                      -- its key: the ATS's id, or status and sub-status
  company_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  data TEXT NOT NULL,                    -- JSON of recruit.RemoteStage
  first_seen_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL DEFAULT 0,  -- since when the ATS's list lacks it
  PRIMARY KEY (connection_id, id)
);

-- Every version stays.
CREATE TABLE stage_mappings (
  connection_id TEXT NOT NULL,
  process_id TEXT NOT NULL,              -- '' for the connection's; else of one binding
  version BIGINT NOT NULL,
  company_id TEXT NOT NULL,
  dropped BIGINT NOT NULL DEFAULT 0,     -- 1: the process is the connection's again
  entries TEXT NOT NULL,                 -- JSON: key to stage, '' to leave
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (connection_id, process_id, version)
);

-- Jobs whose listings are read for the stages of applications there.
CREATE TABLE stage_jobs (
  connection_id TEXT NOT NULL,
  remote_job_id TEXT NOT NULL,
  company_id TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  read_at BIGINT NOT NULL DEFAULT 0,     -- when the last complete reading began
  changed_at BIGINT NOT NULL DEFAULT 0,  -- when something there last changed, or came
  row_count BIGINT NOT NULL DEFAULT 0,
  attempts BIGINT NOT NULL DEFAULT 0,    -- that failed in a row
  error TEXT NOT NULL DEFAULT '',
  run_id TEXT NOT NULL DEFAULT '',       -- the run that waits for it
  PRIMARY KEY (connection_id, remote_job_id)
);
CREATE INDEX stage_jobs_due ON stage_jobs (connection_id, due_at);

-- Where an application stands in the ATS, as last read.
CREATE TABLE application_stages (
  application_id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  remote_stage_id TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL DEFAULT '',         -- the ATS's own word
  since BIGINT NOT NULL DEFAULT 0,
  unmapped BIGINT NOT NULL DEFAULT 0,
  misses BIGINT NOT NULL DEFAULT 0,      -- complete readings in a row that lacked it
  gone_at BIGINT NOT NULL DEFAULT 0,
  left_at BIGINT NOT NULL DEFAULT 0,     -- when a person said that being gone is meant
  untold_since BIGINT NOT NULL DEFAULT 0, -- when it was last read, while the ATS does not tell where it stands
  updated_at BIGINT NOT NULL
);
CREATE INDEX application_stages_connection ON application_stages (connection_id, application_id);
CREATE INDEX application_stages_unmapped ON application_stages (connection_id, remote_stage_id) WHERE unmapped = 1;

-- What was observed, and what people did: the platform's stage is a fold over both.
CREATE TABLE stage_observations (
  application_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  company_id TEXT NOT NULL,
  remote_stage_id TEXT NOT NULL,
  name TEXT NOT NULL,
  changed_at BIGINT NOT NULL,            -- the ATS's clock; 0 where it does not say
  learned_at BIGINT NOT NULL,
  seen_until BIGINT NOT NULL,
  how TEXT NOT NULL,                     -- poll, webhook, history, backfill
  PRIMARY KEY (application_id, seq)
);
CREATE INDEX stage_observations_learned ON stage_observations (company_id, learned_at);
CREATE TABLE stage_moves (
  application_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  company_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  stage TEXT NOT NULL,
  actor TEXT NOT NULL,
  PRIMARY KEY (application_id, seq)
);

CREATE TABLE sync_runs (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  process_id TEXT NOT NULL DEFAULT '',   -- of a mapping's run for one binding
  trigger_kind TEXT NOT NULL,            -- schedule, manual, backfill, mapping, reconciliation
  dry_run BIGINT NOT NULL,
  mails BIGINT NOT NULL DEFAULT 0,       -- of a mapping's run: whoever moves is mailed
  state TEXT NOT NULL,                   -- running, done, failed
  total BIGINT NOT NULL DEFAULT 0,
  done BIGINT NOT NULL DEFAULT 0,
  moved BIGINT NOT NULL DEFAULT 0,
  unchanged BIGINT NOT NULL DEFAULT 0,
  unmapped BIGINT NOT NULL DEFAULT 0,
  gone BIGINT NOT NULL DEFAULT 0,
  failed BIGINT NOT NULL DEFAULT 0,
  at_cursor TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  started_by TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sync_runs_connection ON sync_runs (connection_id, state, id);
CREATE TABLE sync_items (
  run_id TEXT NOT NULL,
  application_id TEXT NOT NULL,
  company_id TEXT NOT NULL,
  remote_stage TEXT NOT NULL,
  from_stage TEXT NOT NULL,
  to_stage TEXT NOT NULL,
  result TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (run_id, application_id)
);

-- The subscription by which an ATS tells a connection what happened.
CREATE TABLE hooks (
  connection_id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  path_hash TEXT NOT NULL,               -- sha256 of the random end of its address
  sealed BLOB NOT NULL,                  -- JSON: that end, the header's token, the signing keys
  remote_id TEXT NOT NULL DEFAULT '',    -- the subscription in the ATS
  state TEXT NOT NULL,                   -- making, active, ending
  handshake_until BIGINT NOT NULL DEFAULT 0, -- while our own activation waits
  due_at BIGINT NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  heard_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX hooks_path ON hooks (path_hash);
-- What it told: stored first, worked afterwards, and kept longer than the ATS repeats itself.
CREATE TABLE hook_events (
  connection_id TEXT NOT NULL,
  id TEXT NOT NULL,                      -- the event's, alike in all its deliveries
  company_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  remote_job_id TEXT NOT NULL,
  remote_candidate_id TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,                -- 0: worked, or a week went by without
  tries BIGINT NOT NULL DEFAULT 0,       -- readings that failed
  PRIMARY KEY (connection_id, id)
);
CREATE INDEX hook_events_due ON hook_events (connection_id, due_at) WHERE due_at > 0;
CREATE INDEX hook_events_about ON hook_events (connection_id, remote_candidate_id, due_at) WHERE due_at > 0;
CREATE INDEX hook_events_age ON hook_events (received_at);

CREATE TABLE idempotency (
  scope TEXT NOT NULL,                   -- token or user id, method and route
  key_hash TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  status BIGINT NOT NULL DEFAULT 0,      -- 0: in progress
  location TEXT NOT NULL DEFAULT '',     -- of the resource: the answer is made from it again
  created_at BIGINT NOT NULL,
  PRIMARY KEY (scope, key_hash)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  data TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_company ON audit (company_id, id);

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- +goose Down
SELECT 1;
