-- Anomalies are found without a target, and without a metric where no column says which rows are.
alter table project alter column target drop not null, alter column metric drop not null;
-- Before, any column could be the target, and its values were compared with the scores as if these predicted them.
update model set scores = '{"validation": {}, "crossValidation": {}, "crossValidationSpread": {}, "holdout": null}', insights = '{}'
  where project_id in (select id from project where target_type = 'anomaly');
update project set target = null, metric = null where target_type = 'anomaly';
