fit <- function(X, y, output_dir) saveRDS(0.5, file.path(output_dir, "model.rds"))

score <- function(data, model, ...) {
  odds <- ifelse(is.na(data$size), 0, data$size) / 10
  data.frame(yes = odds, no = 1 - odds)
}
