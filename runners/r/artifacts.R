# Artifacts: what `fit` wrote, and how a fitted object comes back from it.

# Paths of all files below a folder, sorted.
list_files <- function(folder) sort(list.files(folder, recursive = TRUE, all.files = TRUE), method = "radix")

# The fitted object: through `load_model`, else from exactly one artifact of the native format.
load_fitted <- function(task, folder) {
  if (is.function(hook_of("load_model"))) return(call_hook(task, "load_model", list(), list(code_dir = folder)))
  there <- list_files(folder)
  found <- there[grepl("\\.rds$", there, ignore.case = TRUE)]
  if (length(found) != 1L) {
    contract_error(
      "task.artifacts",
      sprintf("There are %d artifacts that can be loaded without load_model (.rds); exactly one was expected. fit wrote: %s.", length(found), if (length(there) == 0L) "nothing" else paste(there, collapse = ", ")),
      "Write one such file, or define load_model(code_dir)."
    )
  }
  tryCatch(suppressWarnings(readRDS(file.path(folder, found))), error = function(error) {
    if (grepl("cannot allocate", conditionMessage(error))) stop(error)
    contract_error("task.artifactUnreadable", sprintf("The artifact %s cannot be loaded: %s", found, conditionMessage(error)), "Write it with saveRDS, or define load_model(code_dir).")
  })
}
