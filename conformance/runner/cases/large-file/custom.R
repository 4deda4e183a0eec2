fit <- function(X, y, output_dir) {
  connection <- file(file.path(output_dir, "large.bin"), "wb")
  for (i in 1:100) writeBin(raw(2^20), connection)
}
