fit <- function(X, y, output_dir) saveRDS(0.5, file.path(output_dir, "model.rds"))

score <- function(data, model, ...) {
  known <- c(red = 1, green = 2, blue = 3)
  vapply(data$colour, function(colour) if (is.na(colour)) 0 else known[[colour]], 0)
}
