-- Predictions that can be told apart by an association id, and what was actual of them.
create table monitoring_outcome (
  release_id text primary key references release,
  outcome jsonb not null
);
-- The latest prediction of each id. `measures` is what it adds to the sums of its hour; null until its actual value is known.
create table monitoring_prediction (
  deployment_id text not null references deployment,
  association_id text not null,
  release_id text not null,
  hour timestamptz not null,
  at timestamptz(3) not null,
  request_id text not null,
  row integer not null,
  prediction double precision,
  label text,
  probabilities double precision[],
  measures double precision[],
  primary key (deployment_id, association_id)
);
create table monitoring_actual (
  deployment_id text not null references deployment,
  association_id text not null,
  value text not null,
  matched boolean not null,
  received_at timestamptz(3) not null,
  primary key (deployment_id, association_id)
);
create index monitoring_actual_waiting on monitoring_actual (deployment_id) where not matched;
-- Sums of decimals: what is corrected leaves them exactly as it found them.
create table monitoring_accuracy (
  deployment_id text not null references deployment,
  release_id text not null,
  hour timestamptz not null,
  predictions bigint not null,
  actuals bigint not null,
  sums numeric[] not null,
  primary key (deployment_id, hour, release_id)
);
create function add_sums(a numeric[], b numeric[]) returns numeric[] language sql immutable parallel safe as
  $$ select coalesce(array_agg(coalesce(x, 0) + coalesce(y, 0) order by n), '{}') from unnest(a, b) with ordinality as t(x, y, n) $$;
