fit <- function(X, y, output_dir) mean(y)

score <- function(data, model, ...) rep(model, nrow(data))
