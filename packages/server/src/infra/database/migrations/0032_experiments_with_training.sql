-- An experiment trains here, on the rows of a sample set that are frozen as a project; a release may be of a model that was trained so.
alter table experiment add column training boolean not null default false;
alter table experiment add column sample_set_id text references sample_set;
alter table experiment add column sample_set_version integer;
alter table experiment add column project_id text references project;
alter table experiment add column trained_model_id text references model;
alter table experiment add constraint experiment_rows check (
  num_nonnulls(sample_set_id, sample_set_version, project_id) in (0, 3)
  and (training or num_nonnulls(project_id, trained_model_id) = 0)
  and (project_id is not null or trained_model_id is null));
create index experiment_project on experiment (project_id);
alter table model_release add column model_id text references model;
