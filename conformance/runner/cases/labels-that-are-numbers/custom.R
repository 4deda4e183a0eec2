fit <- function(X, y, output_dir) saveRDS(0.1, file.path(output_dir, "model.rds"))

score <- function(data, model, ...) data.frame("4" = rep(4 * model, nrow(data)), "3" = 0.3, "2" = 0.2, "1" = model)
