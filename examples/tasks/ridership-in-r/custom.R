# A regression in R: a robust linear model, with medians for what is missing.

library(MASS)

fit <- function(X, y, output_dir, row_weights, ...) {
  X <- as_numbers(X)
  medians <- vapply(X, stats::median, 0, na.rm = TRUE)
  data <- filled(X, medians)
  data$.target <- y
  # NULL where nobody gave weights.
  data$.weight <- if (is.null(row_weights)) 1 else row_weights
  # `psi.huber` counts rows that lie far off for less than they are.
  model <- rlm(.target ~ . - .weight, data, weights = .weight, wt.method = "case", maxit = 100)
  saveRDS(list(coefficients = stats::coef(model), medians = medians), file.path(output_dir, "model.rds"))
}

score <- function(data, model, ...) {
  data <- filled(as_numbers(data), model$medians)
  slopes <- model$coefficients[names(data)]
  data.frame(Predictions = model$coefficients[["(Intercept)"]] + as.vector(as.matrix(data) %*% slopes))
}

# Truths as numbers.
as_numbers <- function(X) {
  X[] <- lapply(X, as.numeric)
  X
}

filled <- function(X, medians) {
  X <- X[names(medians)]
  for (name in names(medians)) X[[name]][is.na(X[[name]])] <- medians[[name]]
  X
}
