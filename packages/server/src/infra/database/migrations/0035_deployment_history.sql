-- What happened to what answers for a deployment: who did it, when and why.
create table deployment_event (
  id text primary key,
  deployment_id text not null references deployment,
  kind text not null check (kind in ('deployed', 'replaced', 'followed', 'rolledBack', 'paused', 'resumed')),
  -- Null: the platform itself, or nobody knows.
  person_id text references person,
  from_release_id text references release,
  to_release_id text references release,
  reason text,
  -- What clients noticed, in words.
  changes jsonb not null default '[]',
  created_at timestamptz(3) not null
);
create index deployment_event_list on deployment_event (deployment_id, created_at desc, id desc);

-- What a rollback serves again.
alter table release add column replaces_id text references release;
update release r set replaces_id = p.id from release p where p.deployment_id = r.deployment_id and p.number = r.number - 1;
insert into deployment_event (id, deployment_id, kind, from_release_id, to_release_id, created_at)
  select 'deploymentEvent_' || substr(md5(id), 1, 26), deployment_id, case when replaces_id is null then 'deployed' else 'replaced' end, replaces_id, id, created_at from release;

alter table deployment add column paused_by text references person;
alter table deployment add column paused_at timestamptz(3);
alter table deployment add column pause_reason text;
update deployment d set paused_by = o.owner_id, paused_at = now(), pause_reason = 'Paused before reasons were asked for.' from object o where o.id = d.id and d.paused;
alter table deployment drop column paused;
