# Learns which class a row belongs to. `fit` writes what it learned; `score` gives one probability a class.

library(rpart)

fit <- function(X, y, output_dir, class_order, row_weights, parameters, ...) {
  known <- lapply(Filter(is.character, X), function(column) sort(unique(column)))
  data <- as_factors(X, known)
  data$.target <- y
  tree <- rpart(.target ~ ., data, weights = row_weights, method = "class", control = rpart.control(maxdepth = parameters$depth))
  # A formula keeps the place where it was written, and with it all rows of `X`: the file would hold them.
  attr(tree$terms, ".Environment") <- globalenv()
  saveRDS(list(tree = tree, known = known), file.path(output_dir, "model.rds"))
}

score <- function(data, model, ...) predict(model$tree, as_factors(data, model$known), type = "prob")

# A level that training did not see counts as missing; a tree of rpart goes on without it.
as_factors <- function(data, known) {
  for (name in names(known)) data[[name]] <- factor(data[[name]], levels = known[[name]])
  data
}
