-- Everything that the platform knows. Times are in UTC, to the
-- millisecond: that is what a cursor carries; whole documents that are read and written as one are jsonb.

create table organisation (id text primary key, name text not null, created_at timestamptz(3) not null);
create table workspace (id text primary key, organisation_id text not null references organisation, name text not null);
create table person (
  id text primary key,
  organisation_id text not null references organisation,
  workspace_id text not null references workspace,
  email text not null unique,
  name text not null,
  role text not null,
  password_hash text,
  created_at timestamptz(3) not null
);
create table token (
  id text primary key,
  person_id text not null references person,
  name text not null,
  prefix text not null,
  sha256 text not null unique,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3),
  last_used_at timestamptz(3)
);
create table browser_session (
  sha256 text primary key,
  person_id text not null references person,
  csrf text not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);

-- One row for each thing that has an owner; every right is asked of this row.
create table object (
  id text primary key,
  kind text not null,
  name text not null,
  description text not null default '',
  owner_id text not null references person,
  organisation_id text not null references organisation,
  workspace_id text not null references workspace,
  version integer not null default 1,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3)
);
create index object_list on object (organisation_id, kind, created_at desc, id desc) where deleted_at is null;

create table stored_object (key text primary key, bytes bigint not null, created_at timestamptz(3) not null);
-- Who needs a stored object; one that nobody needs is collected.
create table stored_object_reference (key text not null, holder text not null, primary key (key, holder));
create index stored_object_reference_holder on stored_object_reference (holder);

create table dataset_version (
  id text primary key,
  dataset_id text not null references object,
  number integer not null,
  state text not null,
  error jsonb,
  file_name text not null,
  bytes bigint not null,
  sha256 text not null,
  format text not null,
  blocks_key text,
  rows integer,
  columns jsonb not null default '[]',
  schema_revision integer not null default 1,
  profile jsonb,
  job_id text,
  created_at timestamptz(3) not null,
  unique (dataset_id, number)
);
create table task_version (
  id text primary key,
  task_id text not null references object,
  major integer not null,
  minor integer not null,
  language text not null,
  metadata jsonb not null,
  target_types jsonb not null,
  files jsonb not null,
  content_hash text not null,
  warnings jsonb not null,
  note text,
  created_at timestamptz(3) not null,
  unique (task_id, major, minor)
);
create table blueprint_version (
  blueprint_id text not null references object,
  number integer not null,
  graph jsonb not null,
  created_at timestamptz(3) not null,
  primary key (blueprint_id, number)
);
create table project (
  id text primary key references object,
  dataset_id text not null references object,
  dataset_version_id text not null references dataset_version,
  content_id text not null,
  blocks_key text not null,
  columns jsonb not null,
  features jsonb not null,
  target text not null,
  target_type text not null,
  classes jsonb not null,
  metric text not null,
  partitioning jsonb not null,
  partition bytea not null,
  rows jsonb not null,
  holdout_unlocked boolean not null default false
);
create table training_run (
  id text primary key references object,
  project_id text not null references project,
  blueprint_id text,
  blueprint_name text not null,
  graph jsonb not null,
  state text not null,
  job_id text not null,
  model_id text,
  error jsonb,
  steps jsonb not null default '[]',
  ended_at timestamptz(3)
);
create index training_run_project on training_run (project_id);
create table model (
  id text primary key references object,
  project_id text not null references project,
  training_run_id text not null unique references training_run,
  manifest jsonb not null,
  scores jsonb not null,
  insights jsonb not null,
  files jsonb not null,
  out_of_fold_key text not null
);
create table deployment (
  id text primary key references object,
  paused boolean not null default false,
  serving_state text not null default 'starting',
  problem text,
  requests bigint not null default 0,
  rows bigint not null default 0,
  errors bigint not null default 0,
  last_request_at timestamptz(3)
);
create table release (
  id text primary key,
  deployment_id text not null references deployment,
  model_id text not null references model,
  number integer not null,
  state text not null,
  created_at timestamptz(3) not null,
  unique (deployment_id, number)
);
create table prediction_log (
  request_id text primary key,
  deployment_id text not null,
  release_id text not null,
  at timestamptz(3) not null,
  rows integer not null,
  latency_ms double precision not null,
  status text not null,
  error_code text
);
create index prediction_log_list on prediction_log (deployment_id, at desc, request_id desc);

-- The truth about queued work. `attempt` is the fencing token: every write of a worker names it.
create table job (
  id text primary key,
  kind text not null,
  title text not null,
  state text not null,
  owner_id text not null references person,
  organisation_id text not null references organisation,
  attempt integer not null default 0,
  payload jsonb not null,
  fraction double precision,
  step text not null default '',
  error jsonb,
  subject_kind text not null,
  subject_id text not null,
  result jsonb not null default '{}',
  result_key text,
  worker_id text,
  heartbeat_at timestamptz(3),
  log_lines integer not null default 0,
  created_at timestamptz(3) not null,
  started_at timestamptz(3),
  ended_at timestamptz(3)
);
create index job_queue on job (created_at) where state in ('queued', 'running', 'cancelling');
create index job_list on job (organisation_id, created_at desc, id desc);
create table job_log (
  job_id text not null references job,
  sequence integer not null,
  at timestamptz(3) not null,
  source text not null,
  node text,
  text text not null,
  primary key (job_id, sequence)
);
create table worker (id text primary key, heartbeat_at timestamptz(3) not null, job_id text, sandbox jsonb not null);

-- Results of engine steps by key; their files are stored objects held by `step <organisation> <key>`.
create table step_result (
  organisation_id text not null,
  key text not null,
  files jsonb not null,
  created_at timestamptz(3) not null,
  primary key (organisation_id, key)
);
create table idempotency_key (
  person_id text not null,
  key text not null,
  request_sha256 text not null,
  status integer,
  answer jsonb,
  created_at timestamptz(3) not null,
  primary key (person_id, key)
);
create table setting (name text primary key, value jsonb not null);
