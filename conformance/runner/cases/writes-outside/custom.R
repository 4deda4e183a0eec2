fit <- function(X, y, output_dir) {
  writeLines("here", "/usr/lib/outside.txt")
}
