fit <- function(X, y, output_dir) {
  saveRDS(mean(y), "/tmp/mean.rds")
  saveRDS(0, file.path(output_dir, "model.rds"))
}

score <- function(data, model, ...) rep(readRDS("/tmp/mean.rds"), nrow(data))
