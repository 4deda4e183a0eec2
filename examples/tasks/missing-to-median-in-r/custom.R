# A transform in R: `fit` keeps what it learned in one .rds, `transform` gets it back as `transformer`.

fit <- function(X, output_dir, ...) {
  medians <- vapply(X, stats::median, 0, na.rm = TRUE)
  # A column without any value has no median.
  medians[is.na(medians)] <- 0
  saveRDS(medians, file.path(output_dir, "medians.rds"))
}

transform <- function(X, transformer, ...) {
  for (name in names(transformer)) X[[name]][is.na(X[[name]])] <- transformer[[name]]
  X
}
