-- What was fetched may be whole files: CSV as it came, or column blocks of what was Parquet, under the name that it had.
alter table batch_fetched add column name text;
alter table batch_fetched add column blocks boolean not null default true;
-- An upload in parts that a batch has begun: what a kill leaves of it is taken back. It is noted before it has a name, with those of others to the
-- same place, as far as they may be known.
create table batch_upload (
  job_id text primary key references batch,
  upload text,
  others text[],
  begun_at timestamptz(3) not null
);
