# Several classes in R: a multinomial model of nnet, and a picture of how it divides the training rows.

library(nnet)

fit <- function(X, y, output_dir, parameters, ...) {
  known <- lapply(Filter(is.character, X), function(column) sort(unique(column)))
  numbers <- setdiff(names(X), names(known))
  scale <- list(mean = vapply(X[numbers], mean, 0, na.rm = TRUE), deviation = vapply(X[numbers], stats::sd, 0, na.rm = TRUE))
  learned <- list(known = known, scale = scale)
  data <- design(X, learned)
  fitted <- multinom(y ~ ., data.frame(data, y = y), decay = parameters$decay, maxit = 300, trace = FALSE)
  learned$coefficients <- stats::coef(fitted)
  learned$classes <- levels(y)
  saveRDS(learned, file.path(output_dir, "model.rds"))
  draw_shares(score(X, learned), y, file.path(output_dir, "shares.svg"))
}

score <- function(data, model, ...) {
  # The first class has no coefficients: the others are told by how they differ from it.
  logits <- cbind(0, cbind(1, design(data, model)) %*% t(model$coefficients))
  odds <- exp(logits - apply(logits, 1, max))
  probabilities <- odds / rowSums(odds)
  colnames(probabilities) <- model$classes
  probabilities
}

# Numbers in standard deviations from their mean, a missing one at it; a column of zeros and ones for each known level but the first.
design <- function(X, learned) {
  numbers <- lapply(names(learned$scale$mean), function(name) {
    scaled <- (X[[name]] - learned$scale$mean[[name]]) / learned$scale$deviation[[name]]
    ifelse(is.na(scaled), 0, scaled)
  })
  levels <- lapply(names(learned$known), function(name) {
    is_level <- vapply(learned$known[[name]][-1], function(level) as.numeric(X[[name]] %in% level), numeric(nrow(X)))
    # Of one row `vapply` makes a vector.
    matrix(is_level, nrow = nrow(X))
  })
  columns <- do.call(cbind, c(numbers, levels))
  colnames(columns) <- paste0("x", seq_len(ncol(columns)))
  columns
}

draw_shares <- function(probabilities, y, file) {
  shares <- apply(probabilities, 2, function(column) tapply(column, y, mean))
  grDevices::svg(file, width = 6, height = 4)
  on.exit(grDevices::dev.off())
  graphics::barplot(t(shares), legend.text = TRUE, xlab = "class", ylab = "mean probability")
}
