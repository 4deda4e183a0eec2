-- Who answers for a deployment while its own model cannot.
alter table deployment add column fallback_id text references deployment on delete set null check (fallback_id <> id);
create index deployment_fallback on deployment (fallback_id) where fallback_id is not null;
alter table deployment_event drop constraint deployment_event_kind_check;
alter table deployment_event add constraint deployment_event_kind_check
  check (kind in ('deployed', 'replaced', 'followed', 'rolledBack', 'paused', 'resumed', 'fallbackChanged'));

-- How often, and which release of which deployment it was.
alter table deployment add column fallbacks bigint not null default 0;
alter table monitoring_hour add column fallbacks bigint not null default 0;
alter table prediction_log add column fallback jsonb;
