-- Algorithms that people define: names and meanings for what a native class takes and gives.
create table algorithm (
  id text primary key references object,
  native_algorithm text not null,
  definition jsonb not null
);
-- The definition as it was when the experiment chose it.
alter table experiment add column custom_algorithm jsonb;
