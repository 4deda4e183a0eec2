-- Anomalies are found without a target, and without a metric where no column says which rows are.
alter table project alter column target drop not null, alter column metric drop not null;
