-- What deployments are watched for, and who is told. The address of a webhook and its secret are sealed as credentials are.
create table alert_setting (
  deployment_id text primary key references deployment,
  limits jsonb not null,
  webhook_host text,
  key_id text,
  sealed bytea,
  checked_at timestamptz(3)
);
create table alert_state (
  deployment_id text not null references deployment,
  rule text not null,
  state text not null check (state in ('ok', 'alerting')),
  value double precision,
  bound double precision not null,
  feature text,
  since timestamptz(3) not null,
  primary key (deployment_id, rule)
);
-- Written with the change of state that it tells of, and sent afterwards.
create table alert_notice (
  id text primary key,
  deployment_id text not null references deployment,
  rule text not null,
  state text not null,
  value double precision,
  bound double precision not null,
  feature text,
  channel text not null check (channel in ('mail', 'webhook')),
  -- Of mail: whom.
  person_id text references person,
  attempts integer not null default 0,
  next_at timestamptz(3) not null,
  sent_at timestamptz(3),
  problem text,
  created_at timestamptz(3) not null
);
create index alert_notice_list on alert_notice (deployment_id, created_at desc, id desc);
create index alert_notice_due on alert_notice (next_at) where sent_at is null;
