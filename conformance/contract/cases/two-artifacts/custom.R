fit <- function(X, y, output_dir) {
  saveRDS(names(X), file.path(output_dir, "columns.rds"))
  saveRDS(mean(y), file.path(output_dir, "model.rds"))
}

score <- function(data, model, ...) rep(model, nrow(data))
