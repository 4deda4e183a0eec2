fit <- function(X, y, output_dir) {
  for (name in c("one.json", "two.json")) writeLines(jsonlite::toJSON(mean(y), auto_unbox = TRUE), file.path(output_dir, name))
}

load_model <- function(code_dir) jsonlite::fromJSON(file.path(code_dir, "two.json"))

score <- function(data, model) rep(model, nrow(data))
