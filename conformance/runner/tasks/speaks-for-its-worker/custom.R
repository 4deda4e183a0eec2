fit <- function(X, y, output_dir, parameters) {
  worker <- file("/dev/fd/4", "wb", raw = TRUE)
  said <- charToRaw(parameters$says)
  for (time in seq_len(parameters$times)) writeBin(said, worker)
  close(worker)
  writeLines("fitted", file.path(output_dir, "model.txt"))
}

load_model <- function(input_dir) "fitted"
