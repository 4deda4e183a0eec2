-- Whether a registered model is public follows from whom it is shared with.
alter table registered_model drop column sensitivity;
