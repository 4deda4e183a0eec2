fit <- function(X, y, output_dir, class_order, ...) {
  stopifnot(identical(levels(y), class_order), is.factor(y))
  saveRDS(0.25, file.path(output_dir, "model.rds"))
}

score <- function(data, model, ...) data.frame("yes 1" = rep(model, nrow(data)), no = 1 - model)
