fit <- function(X, y, output_dir) {
  tools::pskill(Sys.getpid(), 11)
}
