-- Columns of a dataset whose values are shown only to whoever may edit it, by name: a later version that has the column again keeps the mark.
create table sensitive_column (
  dataset_id text not null references object,
  name text not null,
  primary key (dataset_id, name)
);
