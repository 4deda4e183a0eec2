-- Rows that deployments were asked, kept for challengers: requests of one hour each, as a segment of the log.
alter table deployment add column keep_rows_days integer not null default 0 check (keep_rows_days between 0 and 90);
create table kept_rows (
  -- Given under the lock of those who count, so that a later one is never seen before an earlier one.
  sequence bigint generated always as identity primary key,
  deployment_id text not null references deployment,
  hour timestamptz not null,
  rows integer not null,
  bytes integer not null,
  segment bytea not null
);
create index kept_rows_deployment on kept_rows (deployment_id, sequence);

-- Models that score the rows that a deployment answered.
create table challenger (
  id text primary key,
  deployment_id text not null references deployment,
  model_id text references model,
  model_release_id text references model_release,
  person_id text not null references person,
  -- How far it has come of the rows that it scores by itself; rows before its first are replayed when somebody asks.
  after_sequence bigint not null,
  -- The newest job that scores new rows, and the newest replay.
  job_id text,
  replay_job_id text,
  created_at timestamptz(3) not null,
  check (num_nonnulls(model_id, model_release_id) = 1)
);
create unique index challenger_model on challenger (deployment_id, coalesce(model_id, model_release_id));
-- Written with what it added to the counts: no rows count twice, whatever is killed or replayed.
create table challenger_scored (
  challenger_id text not null references challenger on delete cascade,
  sequence bigint not null references kept_rows on delete cascade,
  primary key (challenger_id, sequence)
);
create index challenger_scored_sequence on challenger_scored (sequence);
-- Sums of domain/deployment/comparison.ts, by the release that answered the same rows.
create table challenger_hour (
  challenger_id text not null references challenger on delete cascade,
  release_id text not null references release,
  hour timestamptz not null,
  rows bigint not null,
  failed bigint not null,
  sums numeric[] not null,
  primary key (challenger_id, hour, release_id)
);
create table challenger_error (
  challenger_id text not null references challenger on delete cascade,
  hour timestamptz not null,
  code text not null,
  -- Of the last one with this code.
  message text not null,
  rows bigint not null,
  primary key (challenger_id, hour, code)
);
-- As monitoring_prediction, for challengers.
create table challenger_prediction (
  challenger_id text not null references challenger on delete cascade,
  association_id text not null,
  hour timestamptz not null,
  at timestamptz(3) not null,
  request_id text not null,
  row integer not null,
  prediction double precision,
  label text,
  probabilities double precision[],
  measures double precision[],
  primary key (challenger_id, association_id)
);
