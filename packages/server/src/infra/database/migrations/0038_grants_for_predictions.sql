-- Whether a credential reaches the hooks of a version of a task where a model predicts, beside those of its trainings.
alter table credential_grant add column predictions boolean not null default false;
