-- What of deployments needs a second person's approval, by their importance; what was asked for, and what was said to it.
alter table organisation add column approval_policy jsonb not null default '{"low": [], "moderate": [], "high": [], "critical": []}';
alter table deployment add column importance text not null default 'low' check (importance in ('low', 'moderate', 'high', 'critical'));
-- For somebody to approve that it answers.
alter table deployment add column waiting boolean not null default false;
alter table deployment_event add column approved_by text references person;

create table change_request (
  id text primary key,
  deployment_id text not null references deployment,
  action text not null check (action in ('create', 'change', 'replace', 'delete')),
  settings jsonb,
  replacement jsonb,
  -- What would be different, in words, as it was when it was asked.
  differences jsonb not null,
  noticed jsonb not null,
  reason text not null,
  -- The version of the deployment that it was asked for.
  seen_version integer not null,
  asked_by text not null references person,
  created_at timestamptz(3) not null,
  state text not null check (state in ('open', 'done', 'failed', 'rejected', 'withdrawn')),
  decided_by text references person,
  decided_at timestamptz(3),
  decision_reason text,
  problem jsonb
);
create index change_request_list on change_request (deployment_id, created_at desc, id desc);
create index change_request_open on change_request (deployment_id) where state = 'open';
