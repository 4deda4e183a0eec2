fit <- function(X, y, output_dir, epochs) NULL

score <- function(data, model, ...) rep(1, nrow(data))
