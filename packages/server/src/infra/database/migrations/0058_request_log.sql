-- The log of requests by the handful: those of one release and hour that came together are one row. A row of its own cost a request more than its answer.
create table request_part (
  sequence bigint generated always as identity primary key,
  deployment_id text not null,
  release_id text not null,
  first_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  -- When the ids were given, where they tell it; within one hour.
  first_ms bigint,
  last_ms bigint,
  requests integer not null,
  errors integer not null,
  request_ids text[] not null,
  ats timestamptz(3)[] not null,
  rows integer[] not null,
  latencies_ms double precision[] not null,
  -- Null where all of them were answered.
  error_codes text[],
  -- As JSON: what answered instead of a model that could not. Null where none did.
  fallbacks text[],
  -- The parts of the kept rows that have, or had, their rows; null where none were kept.
  kept_sequences bigint[]
);
-- Ids do not get smaller by trying.
alter table request_part alter column request_ids set storage external;
create index request_part_list on request_part (deployment_id, last_at desc, sequence desc);
create index request_part_errors on request_part (deployment_id, last_at desc, sequence desc) where errors > 0;
create index request_part_ids on request_part (deployment_id, last_ms) include (first_ms);
-- Where a request is whose id does not tell when it was given.
create table request_place (
  request_id text primary key,
  sequence bigint not null references request_part on delete cascade
);
-- Segments that are in the log; a file of that name may still be there.
create table shipped_segment (
  name text primary key,
  at timestamptz(3) not null
);

with placed as (
  select *, (row_number() over (partition by deployment_id, release_id, date_trunc('hour', at) order by at, request_id) - 1) / 1000 as part
  from prediction_log
), made as (
  insert into request_part (deployment_id, release_id, first_at, last_at, requests, errors, request_ids, ats, rows, latencies_ms, error_codes, fallbacks, kept_sequences)
  select deployment_id, release_id, min(at), max(at), count(*), count(*) filter (where status = 'error'), array_agg(request_id order by at, request_id),
    array_agg(at order by at, request_id), array_agg(rows order by at, request_id), array_agg(latency_ms order by at, request_id),
    array_agg(case when status = 'error' then coalesce(error_code, 'unknown') end order by at, request_id), array_agg(fallback::text order by at, request_id), array_agg(kept_sequence order by at, request_id)
  from placed group by deployment_id, release_id, date_trunc('hour', at), part
  returning sequence, request_ids)
insert into request_place select unnest(request_ids), sequence from made;
drop table prediction_log;
