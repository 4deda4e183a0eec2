-- Of a share of the requests rows are kept; which ones follows from their ids.
alter table deployment add column keep_rows_share double precision not null default 1 check (keep_rows_share > 0 and keep_rows_share <= 1);
-- When rows were last not kept because the organisation stores as much as it may.
alter table deployment add column rows_refused_at timestamptz(3);
create index kept_rows_hour on kept_rows (deployment_id, hour desc, sequence desc);

-- What was refused is asked for among many that were not.
create index prediction_log_errors on prediction_log (deployment_id, at desc, request_id desc) where status = 'error';

-- The part of the kept rows that has, or had, those of the request. Of parts that are too large to be searched as a text, it is not known.
alter table prediction_log add column kept_sequence bigint;
update prediction_log p set kept_sequence = k.sequence
from (
  select k.deployment_id, k.sequence, m[1] as request_id
  from (select * from kept_rows where octet_length(segment) < 50000000) k,
    regexp_matches(encode(k.segment, 'escape'), '\{"requestId":"([^"\\]+)","deploymentId":"', 'g') as m) k
where p.request_id = k.request_id and p.deployment_id = k.deployment_id;

-- What releases answered when they were asked again, and what made the prediction of a row; both go with the rows.
create table request_answers (
  request_id text primary key,
  sequence bigint not null references kept_rows on delete cascade,
  job_id text not null,
  found jsonb not null,
  created_at timestamptz(3) not null
);
create index request_answers_sequence on request_answers (sequence);
create table request_explanation (
  request_id text not null,
  row integer not null,
  sequence bigint not null references kept_rows on delete cascade,
  job_id text not null,
  found jsonb not null,
  created_at timestamptz(3) not null,
  primary key (request_id, row)
);
create index request_explanation_sequence on request_explanation (sequence);
