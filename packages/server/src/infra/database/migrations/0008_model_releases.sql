-- Published versions of registered models. All that answers depend on is in `serving`, which never changes.
create table model_release (
  id text primary key,
  registered_model_id text not null references registered_model,
  experiment_id text not null references experiment,
  number integer,
  state text not null,
  description text not null,
  serving jsonb not null,
  error jsonb,
  job_id text references job,
  created_at timestamptz(3) not null,
  published_at timestamptz(3),
  unique (registered_model_id, number)
);
create unique index model_release_preparing on model_release (registered_model_id) where state = 'preparing';
create unique index model_release_latest on model_release (registered_model_id) where state = 'latest';
-- A deployment serves a trained model or a release of a registered one.
alter table release alter column model_id drop not null;
alter table release add column model_release_id text references model_release;
alter table release add constraint release_of_one check (num_nonnulls(model_id, model_release_id) = 1);
