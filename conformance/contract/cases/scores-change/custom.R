fit <- function(X, y, output_dir) saveRDS(0.5, file.path(output_dir, "model.rds"))

score <- function(data, model) {
  set.seed(NULL)
  runif(nrow(data))
}
