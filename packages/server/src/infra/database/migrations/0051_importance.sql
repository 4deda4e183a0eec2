-- How much each feature moves the answers of a release whose file is read natively, over rows that were kept of it.
create table release_importance (
  release_id text primary key references release,
  job_id text not null,
  found jsonb not null,
  created_at timestamptz(3) not null
);
