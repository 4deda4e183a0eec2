-- What the requirements of a task version gave, and the job that made it.
alter table task_version add column environment_lock jsonb;
alter table task_version add column environment_job text references job;
