check <- function(X) {
  stop("no column named z")
}
