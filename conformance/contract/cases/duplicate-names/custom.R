fit <- function(X, y, output_dir) saveRDS(names(X), file.path(output_dir, "columns.rds"))

score <- function(data, model, ...) {
  stopifnot(identical(names(data), model))
  numbers <- data[vapply(data, is.numeric, TRUE)]
  rowSums(as.matrix(numbers), na.rm = TRUE)
}
