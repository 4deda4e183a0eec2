init <- function(code_dir) {
  library(MASS)
  folder <<- code_dir
}

fit <- function(X, y, output_dir, class_order = NULL, row_weights = NULL, parameters = NULL, ...) {
  stopifnot(file.exists(file.path(folder, "custom.R")), is.null(row_weights), identical(class_order, c("no", "yes")))
  X$size[is.na(X$size)] <- 0
  model <- glm(y ~ size, binomial, data.frame(size = X$size, y = y))
  model_path <- file.path(output_dir, "artifact.rds")
  saveRDS(model, file = model_path)
}

load_model <- function(code_dir) readRDS(file.path(code_dir, "artifact.rds"))

score <- function(data, model, ...) {
  data$size[is.na(data$size)] <- 0
  positive <- predict(model, data, type = "response")
  predictions <- data.frame(positive, 1 - positive)
  names(predictions) <- c("yes", "no")
  predictions
}
