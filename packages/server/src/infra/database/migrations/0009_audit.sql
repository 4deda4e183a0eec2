-- Who changed what, and who was denied what: a chain for each organisation, in which every entry has the hash of the one before.
create table audit_entry (
  organisation_id text not null references organisation,
  sequence integer not null,
  at timestamptz(3) not null,
  actor_id text not null,
  actor_name text not null,
  actor_role text not null,
  operation text not null,
  outcome text not null check (outcome in ('done', 'denied')),
  error_code text,
  object_kind text,
  object_id text,
  object_name text,
  before jsonb,
  after jsonb,
  address text not null,
  request_id text not null,
  previous_hash text not null,
  hash text not null,
  primary key (organisation_id, sequence)
);
create function audit_entry_stays() returns trigger language plpgsql as
  $$ begin raise exception 'Entries of the audit log are never changed nor deleted.'; end $$;
create trigger audit_entry_stays before update or delete on audit_entry for each row execute function audit_entry_stays();
create trigger audit_entry_stays_whole before truncate on audit_entry for each statement execute function audit_entry_stays();
