-- What is archived is not offered to new work; what uses it goes on.
alter table object add column archived_at timestamptz(3);
-- What a version of a task was made from; null for an uploaded folder.
alter table task_version add column origin jsonb;
