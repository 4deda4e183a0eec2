fit <- function(X, y, output_dir, ...) saveRDS(1, file.path(output_dir, "model.rds"))

# What kind of columns there are, as a number, and the sum of what is there, by its place.
score <- function(data, model, ...) {
  is_sparse <- inherits(data, "dgCMatrix")
  values <- as.matrix(data)
  values[is.na(values)] <- 0
  (if (is_sparse) 1e6 else 0) + as.vector(values %*% (seq_len(ncol(values)) - 1))
}
