-- Functions that measure the models of a project, and what they gave for each; models that were trained before keep no predictions of their holdout.
alter table model add column holdout_key text;
create table evaluation (
  id text primary key,
  project_id text not null references project,
  task_version_id text not null references task_version,
  name text not null,
  parameters jsonb not null,
  metrics jsonb not null,
  job_id text references job,
  created_at timestamptz(3) not null,
  unique (project_id, task_version_id, parameters)
);
create table evaluation_result (
  evaluation_id text not null references evaluation on delete cascade,
  model_id text not null references model,
  out_of_fold jsonb,
  holdout jsonb,
  error jsonb,
  primary key (evaluation_id, model_id)
);
