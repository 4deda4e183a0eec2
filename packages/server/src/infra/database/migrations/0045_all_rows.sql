-- The model whose training was done once more with the holdout among the rows of the last fit; and what the fits of the folds wrote,
-- of which models that were trained before keep nothing.
alter table training_run add column retrained_from text references model;
alter table model add column fold_files jsonb not null default '[]';
