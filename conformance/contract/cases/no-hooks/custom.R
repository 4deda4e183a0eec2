train <- function(X, y) mean(y)
