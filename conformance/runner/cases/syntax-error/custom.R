fit <- function(X, y, output_dir) {
  (1 +
