fit <- function(X, y, output_dir) saveRDS(0.5, file.path(output_dir, "model.rds"))

score <- function(data, model, ...) {
  if (is.null(data$weight)) stop("there is no column weight")
  data$weight * model
}
