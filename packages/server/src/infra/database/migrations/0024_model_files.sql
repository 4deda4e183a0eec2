-- Whether an organisation has its uploaded model files run, in a sandbox, by the code of an algorithm; nobody's are until an administrator allows it.
alter table organisation
  add column runs_model_files boolean not null default false,
  add column settings_changed_by text references person,
  add column settings_changed_at timestamptz(3);
