-- Batches that are begun by the clock, as whoever made the schedule, with the rights that they have then.
create table batch_schedule (
  id text primary key,
  deployment_id text not null references deployment,
  organisation_id text not null references organisation,
  owner_id text not null references person,
  name text not null,
  -- What a batch is begun with, as in the API.
  batch jsonb not null,
  cron text not null,
  time_zone text not null,
  state text not null check (state in ('active', 'paused', 'stopped')),
  -- Why the platform stopped it.
  reason text,
  next_at timestamptz(3),
  created_at timestamptz(3) not null
);
create index batch_schedule_due on batch_schedule (next_at) where state = 'active';
create index batch_schedule_deployment on batch_schedule (deployment_id);
-- Its times: the job that came of each, or why none did.
create table batch_schedule_run (
  schedule_id text not null references batch_schedule on delete cascade,
  at timestamptz(3) not null,
  job_id text references job,
  skipped text,
  primary key (schedule_id, at)
);
