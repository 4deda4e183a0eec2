-- Batches: many rows scored by a deployment. What a job works from is in its payload; here is how far it has come.
create table batch (
  job_id text primary key references job,
  deployment_id text not null references deployment,
  -- Known once all rows were checked.
  total_rows bigint
);
create index batch_deployment on batch (deployment_id);
-- Rows that are scored, as objects of column blocks. Each is written once, with the reference to its object: a job that is begun anew goes
-- on behind the last.
create table batch_chunk (
  job_id text not null references batch,
  number integer not null,
  rows integer not null,
  key text not null,
  primary key (job_id, number)
);
