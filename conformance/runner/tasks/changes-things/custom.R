# Says what it finds in the process, then changes it.
fit <- function(X, y, output_dir, parameters) {
  drawn <- runif(1)
  set.seed(1)
  cat(
    "found",
    exists("shared_name"),
    "package:splines" %in% search(),
    !is.null(getOption("left.behind")),
    if (Sys.getenv("LEFT_BEHIND") == "") "None" else "yes",
    basename(getwd()) == "tmp",
    drawn == runif(1),
    getOption("digits") == 7,
    "\n"
  )
  shared_name <<- "a global"
  library(splines)
  options(left.behind = TRUE, digits = 3)
  Sys.setenv(LEFT_BEHIND = "yes")
  setwd("/")
  sink(tempfile())
  if (!is.null(parameters$seconds)) Sys.sleep(parameters$seconds)
  saveRDS(0, file.path(output_dir, "model.rds"))
}

score <- function(data, model, ...) rep(model, nrow(data))
