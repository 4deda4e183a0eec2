# What R would let code do to its own process without a word: end it, and write files that are cut off.

# `quit` ends the process at once: here it becomes something that can be reported, and that no handler for errors takes.
guard_quit <- function() {
  guarded <- function(save = "default", status = 0, runLast = TRUE) {
    signalCondition(structure(list(message = "quit", call = NULL, status = status), class = c("modelsmith_exit", "condition")))
  }
  for (name in c("quit", "q")) replace_in_base(name, guarded)
}

# Closing every connection would close those to the host.
guard_connections <- function(ours) {
  replace_in_base("closeAllConnections", function() {
    while (sink.number() > 0L) sink()
    for (number in setdiff(getAllConnections(), c(0:2, as.integer(ours)))) close(getConnection(number))
    invisible()
  })
}

replace_in_base <- function(name, value) {
  unlockBinding(name, baseenv())
  assign(name, value, envir = baseenv())
  lockBinding(name, baseenv())
}

is_cut_off <- function(text) grepl("problem writing to connection|error writing to connection|write failed|write error|File too large", text)

written_in <- new.env(parent = emptyenv())

# Has a file in the folders where the code may write met the limit? R does not say why a write failed.
wrote_too_large <- function(limits) {
  files <- list.files(c(written_in$output, tempdir()), full.names = TRUE, recursive = TRUE, all.files = TRUE)
  any(file.size(files) >= limits$fileSizeMb * 2^20, na.rm = TRUE)
}

too_large_words <- function(limits) sprintf("The code wrote a file larger than the %s MB that it may.", limits$fileSizeMb)

stop_for_file_size <- function(limits, place = NULL) contract_error("limit.fileSize", too_large_words(limits), "Write less, or several files.", place)
