fit <- function(X, y, output_dir, class_order) {
  stopifnot(identical(levels(y), c("False", "True")))
  saveRDS(0.75, file.path(output_dir, "model.rds"))
}

score <- function(data, model, ...) data.frame("TRUE" = rep(model, nrow(data)), "FALSE" = 1 - model, check.names = FALSE)
