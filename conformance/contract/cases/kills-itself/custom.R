fit <- function(X, y, output_dir) {
  tools::pskill(Sys.getpid(), 9)
  Sys.sleep(10)
}

score <- function(data, model, ...) rep(1, nrow(data))
