fit <- function(X, y, output_dir) {
  if (mean(y) > 1 {
    return(NULL)
  }
}
