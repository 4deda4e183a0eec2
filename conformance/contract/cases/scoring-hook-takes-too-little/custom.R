fit <- function(X, y, output_dir) saveRDS(0.5, file.path(output_dir, "model.rds"))

score <- function(data) rep(1, nrow(data))
