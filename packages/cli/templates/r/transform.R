# Changes columns. What `fit` learns goes to a file; `transform` gives as many rows as it gets, in the same order.

fit <- function(X, output_dir, parameters, ...) {
  numbers <- Filter(is.numeric, X)
  deviation <- vapply(numbers, sd, numeric(1), na.rm = TRUE)
  deviation[is.na(deviation) | deviation == 0] <- 1
  saveRDS(list(mean = colMeans(numbers, na.rm = TRUE), deviation = deviation), file.path(output_dir, "learned.rds"))
}

transform <- function(X, transformer, ...) {
  columns <- lapply(names(transformer$mean), function(name) {
    column <- as.numeric(X[[name]])
    column[is.na(column)] <- transformer$mean[[name]]
    (column - transformer$mean[[name]]) / transformer$deviation[[name]]
  })
  names(columns) <- names(transformer$mean)
  as.data.frame(columns, check.names = FALSE, optional = TRUE)
}
