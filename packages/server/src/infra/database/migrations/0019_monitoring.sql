-- What deployments were asked and how they answered, counted hour by hour as the log is shipped.
alter table deployment add column association_column text;
-- Null: the training rows of a trained model, the first rows of a hosted one.
alter table deployment add column baseline jsonb;

create table monitoring_hour (
  deployment_id text not null references deployment,
  release_id text not null,
  hour timestamptz not null,
  requests bigint not null,
  rows bigint not null,
  errors bigint not null,
  -- Requests whose time lay ahead of the database's clock; they count at the time of shipping.
  ahead bigint not null,
  primary key (deployment_id, hour, release_id)
);
create table monitoring_error (
  deployment_id text not null references deployment,
  release_id text not null,
  hour timestamptz not null,
  code text not null,
  requests bigint not null,
  primary key (deployment_id, hour, release_id, code)
);
-- Latency of the requests that were answered, on the bins of domain/drift/latency.ts.
create table monitoring_latency (
  deployment_id text not null references deployment,
  release_id text not null,
  hour timestamptz not null,
  bin integer not null,
  requests bigint not null,
  primary key (deployment_id, hour, release_id, bin)
);

-- The newest of a release is the one that its rows are counted on.
create table monitoring_baseline (
  id text primary key,
  deployment_id text not null references deployment,
  release_id text not null references release,
  source text not null check (source in ('training', 'dataset', 'firstRows')),
  dataset_version_id text,
  wanted_rows integer,
  state text not null check (state in ('waiting', 'ready', 'failed')),
  problem text,
  rows bigint,
  features jsonb,
  created_at timestamptz(3) not null
);
create index monitoring_baseline_release on monitoring_baseline (release_id, created_at desc, id desc);
-- Counts of the features of a baseline, in the order of its features, on its bins.
create table monitoring_count (
  baseline_id text not null references monitoring_baseline,
  hour timestamptz not null,
  feature smallint not null,
  counts bigint[] not null,
  primary key (baseline_id, hour, feature)
);
-- Rows that wait for their baseline, each request as a segment of the log.
create table monitoring_held (
  request_id text primary key,
  baseline_id text not null references monitoring_baseline,
  hour timestamptz not null,
  rows integer not null,
  segment bytea not null
);
create index monitoring_held_baseline on monitoring_held (baseline_id);

create function add_counts(a bigint[], b bigint[]) returns bigint[] language sql immutable parallel safe as
  $$ select array_agg(coalesce(x, 0) + coalesce(y, 0) order by n) from unnest(a, b) with ordinality as t(x, y, n) $$;
