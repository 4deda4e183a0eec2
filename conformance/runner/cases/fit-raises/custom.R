init <- function(code_dir) source(file.path(code_dir, "helper.R"))

fit <- function(X, y, output_dir) {
  check(X)
}
