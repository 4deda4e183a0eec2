-- A run and a model belong to a project: whoever has a role on it has the same role on them.
alter table object add column within_id text references object;
update object o set within_id = r.project_id from training_run r where r.id = o.id;
update object o set within_id = m.project_id from model m where m.id = o.id;
create index object_within on object (within_id) where within_id is not null;

create table person_group (
  id text primary key,
  organisation_id text not null references organisation,
  name text not null,
  description text not null default '',
  version integer not null default 1,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  unique (organisation_id, name)
);
create table group_member (
  group_id text not null references person_group on delete cascade,
  person_id text not null references person,
  primary key (group_id, person_id)
);
create index group_member_person on group_member (person_id);

-- Who has which role on an object; every object has an owner among them, who is a person.
create table object_grant (
  object_id text not null references object,
  grantee_id text not null,
  grantee_kind text not null check (grantee_kind in ('person', 'group', 'organisation')),
  role text not null check (role in ('owner', 'editor', 'consumer')),
  granted_by text references person,
  granted_at timestamptz(3) not null,
  primary key (object_id, grantee_id),
  check (role <> 'owner' or grantee_kind = 'person')
);
create index object_grant_grantee on object_grant (grantee_id, object_id, role);
insert into object_grant (object_id, grantee_id, grantee_kind, role, granted_at)
  select id, owner_id, 'person', 'owner', created_at from object;
-- Until now an organisation saw all that it had: what was made then stays so until its owner says otherwise.
insert into object_grant (object_id, grantee_id, grantee_kind, role, granted_at)
  select id, organisation_id, 'organisation', 'consumer', created_at from object where within_id is null;

-- A task or environment that somebody who may use it put into a blueprint or project: whoever may see that may execute it.
create table placement (
  target_id text not null references object,
  holder_id text not null references object,
  placed_by text not null references person,
  primary key (target_id, holder_id)
);
create index placement_holder on placement (holder_id);
insert into placement (target_id, holder_id, placed_by)
  select distinct on (v.task_id, u.holder) v.task_id, u.holder, o.owner_id
  from (
    select b.blueprint_id as holder, b.graph from (select distinct on (blueprint_id) * from blueprint_version order by blueprint_id, number desc) b
    union all select r.project_id, r.graph from training_run r
  ) u
  join object o on o.id = u.holder
  cross join lateral jsonb_array_elements(u.graph->'nodes') node
  join task_version v on v.id = node->>'taskVersion'
  join object t on t.id = v.task_id and t.organisation_id = o.organisation_id;
insert into placement (target_id, holder_id, placed_by)
  select distinct on (e.id, p.holder_id) e.id, p.holder_id, p.placed_by
  from placement p
  join task_version v on v.task_id = p.target_id
  join object t on t.id = v.task_id
  join object e on e.kind = 'environment' and e.organisation_id = t.organisation_id and e.deleted_at is null
    and e.name = split_part(v.metadata->>'environment', '@', 1);

alter table person add column version integer not null default 1;
alter table person add column deactivated_at timestamptz(3);
-- Wrong passwords in a row, and until when none is looked at.
alter table person add column failed_attempts integer not null default 0;
alter table person add column locked_until timestamptz(3);
-- A link by which somebody chooses a password, once.
create table invitation (
  sha256 text primary key,
  person_id text not null references person,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);
-- What a token is good for; null: everything that its person may do.
alter table token add column scopes jsonb;
