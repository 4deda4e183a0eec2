fit <- function(X, y, output_dir, parameters) {
  stopifnot(length(parameters) == 0)
  saveRDS(2, file.path(output_dir, "model.rds"))
}

score <- function(data, model, parameters, ...) {
  stopifnot(identical(sort(names(parameters)), c("plus", "times", "words")), is.null(parameters$words))
  data$a * model * parameters$times + parameters$plus
}
