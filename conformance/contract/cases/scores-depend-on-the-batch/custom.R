fit <- function(X, y, output_dir) saveRDS(0.5, file.path(output_dir, "model.rds"))

score <- function(data, model, ...) {
  sizes <- ifelse(is.na(data$size), 0, data$size)
  sizes - mean(sizes)
}
