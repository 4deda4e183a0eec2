-- Whether a deployment moves by itself to the latest release of its registered model.
alter table deployment add column updates text not null default 'manual' check (updates in ('manual', 'automatic'));
