fit <- function(X, y, output_dir) saveRDS(0.5, file.path(output_dir, "model.rds"))

transform <- function(X, transformer) {
  data.frame(size = I(rep(list(1:2), nrow(X))))
}
