-- What made the predictions of single rows: of whoever asked, and for nobody else, as predictions of a file are.
create table explanation (
  id text primary key,
  model_id text not null references model,
  owner_id text not null references person,
  job_id text not null references job,
  value jsonb not null,
  created_at timestamptz(3) not null
);
create index explanation_list on explanation (model_id, owner_id, created_at desc, id desc);
