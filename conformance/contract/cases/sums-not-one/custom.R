fit <- function(X, y, output_dir) saveRDS(0.5, file.path(output_dir, "model.rds"))

score <- function(data, model, ...) {
  share <- ifelse(is.na(data$size), 0, data$size) / 100
  data.frame(yes = share, no = 0.9 - share)
}
