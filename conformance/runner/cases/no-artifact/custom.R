fit <- function(X, y, output_dir) list(a = 1)
