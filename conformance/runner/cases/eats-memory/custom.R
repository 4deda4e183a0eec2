fit <- function(X, y, output_dir) {
  kept <- list()
  repeat {
    kept[[length(kept) + 1]] <- numeric(2^21)
  }
}
