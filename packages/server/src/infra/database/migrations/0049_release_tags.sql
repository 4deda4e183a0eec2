-- What people call a release, such as approved: it changes nothing that the release answers.
alter table model_release add column tags jsonb not null default '[]';
