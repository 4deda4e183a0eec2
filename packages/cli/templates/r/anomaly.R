# Learns what usual rows look like, without a target. `score` gives one number a row: the higher, the less usual.

fit <- function(X, output_dir, parameters, ...) {
  numbers <- as.matrix(Filter(is.numeric, X))
  center <- apply(numbers, 2, median, na.rm = TRUE)
  # A little is added to the diagonal, so that columns which follow from others do no harm.
  spread <- cov(filled(numbers, center))
  diag(spread) <- diag(spread) * (1 + parameters$ridge) + 1e-12
  saveRDS(list(center = center, inverse = solve(spread)), file.path(output_dir, "model.rds"))
}

score <- function(data, model, ...) {
  numbers <- filled(as.matrix(data[names(model$center)]), model$center)
  data.frame(Predictions = sqrt(mahalanobis(numbers, model$center, model$inverse, inverted = TRUE)))
}

filled <- function(numbers, center) {
  missing <- which(is.na(numbers), arr.ind = TRUE)
  numbers[missing] <- center[missing[, 2]]
  numbers
}
