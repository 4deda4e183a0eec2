# An estimator in R: `fit` keeps what it learned in one .rds, `score` turns that into probabilities.

library(rpart)

fit <- function(X, y, output_dir, row_weights, parameters, ...) {
  known <- lapply(Filter(is.character, X), function(column) sort(unique(column)))
  data <- as_factors(X, known)
  data$.target <- y
  tree <- rpart(
    .target ~ .,
    data,
    weights = row_weights,
    method = "class",
    control = rpart.control(maxdepth = parameters$depth, cp = parameters$complexity)
  )
  # A formula keeps the place where it was written, and with it all rows of `X`: the file would hold them.
  attr(tree$terms, ".Environment") <- globalenv()
  saveRDS(list(tree = tree, known = known), file.path(output_dir, "model.rds"))

  cat(sprintf("%d rows, %.1f %% of them %s.\n", nrow(X), 100 * mean(y == levels(y)[2]), levels(y)[2]))
  writeLines(capture.output(print(tree)), file.path(output_dir, "tree.txt"))
  importance <- data.frame(column = names(tree$variable.importance), gain = round(tree$variable.importance, 1))
  write.csv(importance, file.path(output_dir, "importance.csv"), row.names = FALSE)
}

score <- function(data, model, ...) predict(model$tree, as_factors(data, model$known), type = "prob")

# A level that training did not see counts as missing; a tree of rpart goes on without it.
as_factors <- function(data, known) {
  for (name in names(known)) data[[name]] <- factor(data[[name]], levels = known[[name]])
  data
}
