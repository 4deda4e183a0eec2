-- An algorithm is scored as a native class, or answered for by the code of a version of a task.
alter table algorithm alter column native_algorithm drop not null;
alter table algorithm add column code jsonb;
alter table algorithm add constraint algorithm_answered check ((native_algorithm is null) <> (code is null));
