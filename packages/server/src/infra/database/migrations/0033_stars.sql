-- What a person has marked for themselves; nobody else sees it.
create table star (
  person_id text not null references person,
  training_run_id text not null references training_run,
  primary key (person_id, training_run_id)
);
create index star_training_run on star (training_run_id);
