fit <- function(X, y, output_dir) quit(status = 3)

score <- function(data, model, ...) rep(1, nrow(data))
