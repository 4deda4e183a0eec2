fit <- function(X, y, output_dir) {
  system("sleep 60")
}
