fit <- function(X, output_dir, ...) {
  saveRDS(vapply(X, function(column) class(column)[1], ""), file.path(output_dir, "types.rds"))
}

transform <- function(X, transformer, ...) {
  stopifnot(identical(transformer, c(a = "integer", b = "numeric", flag = "character", on = "logical", when = "POSIXct")))
  stopifnot(is.na(X$flag[3]))
  X$b[is.na(X$b)] <- 0.5
  data.frame(b = X$b, year = as.integer(format(X$when, "%Y")), flag = X$flag, on = !X$on)
}
