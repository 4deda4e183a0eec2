-- Rows that batches have fetched from elsewhere, as objects of column blocks: what is scored is what was there at one moment.
alter table batch add column fetched boolean not null default false;
create table batch_fetched (
  job_id text not null references batch,
  number integer not null,
  rows integer not null,
  key text not null,
  primary key (job_id, number)
);
-- The transaction of the other database by which predictions went there: it tells whether it was committed, where a kill came between.
alter table batch add column delivery text;
