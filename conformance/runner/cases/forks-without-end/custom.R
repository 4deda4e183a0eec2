fit <- function(X, y, output_dir) {
  repeat {
    parallel::mcparallel(Sys.sleep(60))
  }
}
