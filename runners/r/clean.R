# The process as it was before a task changed it.

remember_clean <- function() {
  list(
    folder = getwd(),
    environment = Sys.getenv(),
    options = options(),
    search = search(),
    threads = count_threads(),
    connections = getAllConnections()
  )
}

restore_clean <- function(clean, tables) {
  while (sink.number() > 0L) sink()
  if (!is.null(grDevices::dev.list())) grDevices::graphics.off()
  for (number in setdiff(getAllConnections(), c(clean$connections, tables))) close(getConnection(number))
  restore_options(clean)
  now <- Sys.getenv()
  Sys.unsetenv(setdiff(names(now), names(clean$environment)))
  changed <- clean$environment[!(names(clean$environment) %in% names(now)) | now[names(clean$environment)] != clean$environment]
  if (length(changed) > 0L) do.call(Sys.setenv, as.list(changed))
  setwd(clean$folder)
}

# A package sets its options (`dplyr.…`, `datatable.…`) when it is first loaded, and stays loaded: they stay with it.
restore_options <- function(clean) {
  added <- setdiff(names(options()), names(clean$options))
  packages <- tolower(gsub("[._]", "", loadedNamespaces()))
  gone <- added[!tolower(sub("[._].*", "", added)) %in% packages]
  options(c(stats::setNames(vector("list", length(gone)), gone), clean$options))
}

count_threads <- function() length(list.files("/proc/self/task"))

count_children <- function() {
  files <- file.path("/proc/self/task", list.files("/proc/self/task"), "children")
  told <- tryCatch(unlist(lapply(files, readLines, warn = FALSE)), error = function(error) character())
  length(grep("[0-9]", told))
}

seed_random <- function(seed) set.seed(seed %% 2^31, kind = "default", normal.kind = "default", sample.kind = "default")
