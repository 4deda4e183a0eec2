fit <- function(X, y, output_dir) {
  block <- strrep(paste0(strrep("x", 79), "\n"), 1000)
  for (i in 1:1000) cat(block)
  cat("the end\n")
  saveRDS(0, file.path(output_dir, "model.rds"))
}

score <- function(data, model, ...) rep(model, nrow(data))
