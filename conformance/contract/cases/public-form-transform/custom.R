fit <- function(X, y = NULL, output_dir, class_order = NULL, row_weights = NULL, ...) {
  transformer <- median(X$size, na.rm = TRUE)
  saveRDS(transformer, file = file.path(output_dir, "transformer.rds"))
}

transform <- function(X, transformer, ...) {
  X$size[is.na(X$size)] <- transformer
  X["size"]
}
