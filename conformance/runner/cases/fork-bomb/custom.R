fit <- function(X, y, output_dir) {
  repeat {
    parallel:::mcfork()
  }
}
