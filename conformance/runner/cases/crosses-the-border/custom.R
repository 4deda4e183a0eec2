fit <- function(X, output_dir) saveRDS(NULL, file.path(output_dir, "nothing.rds"))

transform <- function(X, transformer) {
  rows <- nrow(X)
  result <- data.frame(letters = factor(c("ä", "x", NA, "ä"), levels = c("x", "never", "ä")))
  result$words <- c("a \"b\"\n", "é", "日本", "")
  result$day <- as.Date(c("2020-02-29", NA, "1969-12-31", "2020-02-29"))
  result$whole <- c(1L, NA, 3L, 4L)
  result$large <- c(1e10, 2, 3, 4)
  result$scaled <- scale(X$a, scale = FALSE)
  result$two <- matrix(1:8, rows, dimnames = list(NULL, 1:2))
  result$spread <- as.difftime(rep(0.5, rows), units = "hours")
  result
}
