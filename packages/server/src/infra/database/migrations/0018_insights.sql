-- What a job computes of a model when somebody asks for it: once, for everybody who may see the model.
create table model_insight (
  model_id text not null references model,
  name text not null,
  value jsonb not null,
  created_at timestamptz(3) not null,
  primary key (model_id, name)
);
