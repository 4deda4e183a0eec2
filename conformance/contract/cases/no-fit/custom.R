score <- function(data, model, ...) rep(1, nrow(data))
