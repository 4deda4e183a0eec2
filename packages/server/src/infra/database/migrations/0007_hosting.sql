-- Registered models, and experiments that host a model file.
create table registered_model (
  id text primary key references object,
  alias text not null,
  sensitivity text not null,
  scene text not null
);
create table experiment (
  id text primary key references object,
  registered_model_id text not null references registered_model,
  number integer not null,
  state text not null,
  file jsonb,
  model jsonb,
  algorithm text,
  application jsonb not null,
  proof jsonb,
  submitted_at timestamptz(3),
  unique (registered_model_id, number)
);
-- A file on its way in parts; each part is a stored object that the upload holds.
create table file_upload (
  id text primary key,
  experiment_id text not null references experiment,
  file_name text not null,
  bytes bigint not null,
  sha256 text not null,
  received bigint not null default 0,
  parts jsonb not null default '[]',
  created_at timestamptz(3) not null,
  unique (experiment_id, sha256)
);
