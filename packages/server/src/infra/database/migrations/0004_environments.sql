-- Environments of a Dockerfile: each upload of new content is a version, from which an image is built.
create table environment_version (
  id text primary key,
  environment_id text not null references object,
  number integer not null,
  state text not null,
  error jsonb,
  files jsonb not null,
  content_hash text not null,
  -- What the image turned out to have: its languages and packages.
  inventory jsonb,
  image_id text,
  note text,
  warnings jsonb not null,
  job_id text,
  created_at timestamptz(3) not null,
  unique (environment_id, number)
);
-- Who let a version of a task use the network, when, and who took it back; rows are never changed otherwise, nor deleted.
create table network_grant (
  id text primary key,
  task_version_id text not null references task_version,
  granted_by text not null references person,
  granted_at timestamptz(3) not null,
  reason text not null,
  revoked_by text references person,
  revoked_at timestamptz(3)
);
create unique index network_grant_current on network_grant (task_version_id) where revoked_at is null;
