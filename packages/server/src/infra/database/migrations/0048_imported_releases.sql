-- A release may come in a signed archive of another installation that administrators trust: then it has no experiment here.
alter table model_release alter column experiment_id drop not null;
alter table model_release add column origin jsonb;
alter table model_release add constraint model_release_made check (num_nonnulls(experiment_id, origin) = 1);
create table trusted_installation (
  id text primary key,
  organisation_id text not null references organisation,
  name text not null,
  public_key text not null,
  added_by text not null references person,
  added_at timestamptz(3) not null,
  unique (organisation_id, public_key)
);
