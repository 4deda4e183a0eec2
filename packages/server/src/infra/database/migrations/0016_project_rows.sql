-- What rows weigh, how they were thinned out and into which parts they fell; who unlocked the holdout; what a run was trained on.
alter table project add column weights text;
alter table project add column downsampling jsonb;
alter table project add column parts jsonb not null default '[]';
alter table project add column feature_lists jsonb not null default '[]';
alter table project add column unlocked_at timestamptz(3);
alter table project add column unlocked_by text references person;
-- Without a list of features of its own a run has the project's.
alter table training_run add column feature_list text;
alter table training_run add column features jsonb;
alter table training_run add column sample_size double precision not null default 1;
alter table training_run add column repository_id text;
