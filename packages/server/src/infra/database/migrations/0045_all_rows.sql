-- The model whose training was done once more with the holdout among the rows of the last fit.
alter table training_run add column retrained_from text references model;
