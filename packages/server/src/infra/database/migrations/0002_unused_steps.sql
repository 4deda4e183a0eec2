-- Results of steps are dropped when nobody has used them for long.
alter table step_result add column used_at timestamptz(3);
update step_result set used_at = created_at;
alter table step_result alter column used_at set not null;
create index on step_result (used_at);
