fit <- function(X, y, output_dir) {
  for (number in 1:20) writeBin(raw(1000000), file.path(output_dir, paste0("part", number)))
  Sys.sleep(20)
}
