-- What opens other systems. Values are encrypted with a key that is not in the database.
create table credential (
  id text primary key references object,
  type text not null check (type in ('database', 's3', 'kafka', 'mail', 'other')),
  field_names text[] not null,
  key_id text not null,
  sealed bytea not null
);
-- What reaches the hooks of a version of a task, as variables named by the prefix and the field.
create table credential_grant (
  credential_id text not null references credential,
  task_version_id text not null references task_version,
  prefix text not null,
  granted_by text not null references person,
  granted_at timestamptz(3) not null,
  primary key (credential_id, task_version_id)
);
create index credential_grant_version on credential_grant (task_version_id);
