-- What an organisation stores: each reference says whose it is, and an organisation may have a quota in bytes.

create function holder_organisation(holder text) returns text language sql stable as $$
  select case split_part(split_part(holder, ' ', 1), '_', 1)
    when 'step' then split_part(holder, ' ', 2)
    when 'job' then (select organisation_id from job where id = holder)
    when 'datasetVersion' then (select o.organisation_id from dataset_version v join object o on o.id = v.dataset_id where v.id = holder)
    when 'taskVersion' then (select o.organisation_id from task_version v join object o on o.id = v.task_id where v.id = holder)
    when 'environmentVersion' then (select o.organisation_id from environment_version v join object o on o.id = v.environment_id where v.id = holder)
    when 'modelRelease' then (select o.organisation_id from model_release r join object o on o.id = r.registered_model_id where r.id = holder)
    when 'release' then (select o.organisation_id from release r join object o on o.id = r.deployment_id where r.id = holder)
    when 'fileUpload' then (select o.organisation_id from file_upload u join object o on o.id = u.experiment_id where u.id = holder)
    else (select organisation_id from object where id = holder)
  end
$$;

alter table stored_object_reference add column organisation_id text;
update stored_object_reference set organisation_id = holder_organisation(holder);
create index stored_object_reference_organisation on stored_object_reference (organisation_id);

-- Bytes; null: as much as the disk has room for.
alter table organisation add column storage_quota bigint check (storage_quota > 0);
