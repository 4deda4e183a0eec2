# Learns a number. `fit` writes what it learned; `score` gives one number a row.

library(rpart)

fit <- function(X, y, output_dir, row_weights, parameters, ...) {
  known <- lapply(Filter(is.character, X), function(column) sort(unique(column)))
  data <- as_factors(X, known)
  data$.target <- y
  tree <- rpart(.target ~ ., data, weights = row_weights, method = "anova", control = rpart.control(maxdepth = parameters$depth))
  # A formula keeps the place where it was written, and with it all rows of `X`: the file would hold them.
  attr(tree$terms, ".Environment") <- globalenv()
  saveRDS(list(tree = tree, known = known), file.path(output_dir, "model.rds"))
}

score <- function(data, model, ...) data.frame(Predictions = predict(model$tree, as_factors(data, model$known)))

# A level that training did not see counts as missing; a tree of rpart goes on without it.
as_factors <- function(data, known) {
  for (name in names(known)) data[[name]] <- factor(data[[name]], levels = known[[name]])
  data
}
