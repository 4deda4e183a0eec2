-- Rows of datasets with roles; a project that is made of one has the rows of all its datasets.
create table sample_set (
  id text primary key references object,
  dataset_versions jsonb not null,
  fields jsonb not null,
  labels jsonb not null
);
alter table project add column further_datasets jsonb not null default '[]';
