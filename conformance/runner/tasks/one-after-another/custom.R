fit <- function(X, y, output_dir) writeLines("fitted", file.path(output_dir, "model.txt"))

load_model <- function(input_dir) "fitted"

predict <- function(data, model) {
  stopifnot(identical(names(data), c("size", "weight")), is.double(data$size), is.double(data$weight))
  data$size[is.na(data$size)] <- -1
  data$weight[1] <- data$weight[1] + 1
  data.frame(Predictions = data$size + data$weight)
}
