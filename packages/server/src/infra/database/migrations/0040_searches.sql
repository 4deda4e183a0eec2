-- Searches for hyperparameters in projects, and the trials of each that have ended, in their order: all that a search goes on from.
create table search (
  id text primary key references object,
  project_id text not null references project,
  blueprint_id text,
  blueprint_name text not null,
  repository_id text,
  graph jsonb not null,
  space jsonb not null,
  metric text not null,
  judged_by text not null,
  trials integer,
  minutes double precision,
  seed integer not null,
  feature_list text,
  features jsonb,
  sample_size double precision not null,
  state text not null,
  job_id text not null,
  error jsonb
);
create index search_project on search (project_id);
create table search_trial (
  search_id text not null references search,
  number integer not null,
  parameters jsonb not null,
  score double precision,
  spread double precision,
  error jsonb,
  wall_ms double precision not null,
  training_run_id text references training_run,
  primary key (search_id, number)
);
