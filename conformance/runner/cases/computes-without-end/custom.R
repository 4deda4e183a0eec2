fit <- function(X, y, output_dir) {
  while (TRUE) {}
}
