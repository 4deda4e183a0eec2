# Newline-delimited JSON over the two pipes to the host.

open_channel <- function() {
  # Not raw, R would look for the mark of a compressed file and lose the first bytes of a pipe.
  messages <- file("/dev/fd/3", "r", raw = TRUE)
  answers <- file("/dev/fd/4", "wb", raw = TRUE)
  list(
    # The next message as a list, or NULL when the host has closed.
    receive = function() {
      line <- readLines(messages, n = 1L, warn = FALSE)
      if (length(line) == 0L) NULL else jsonlite::fromJSON(line, simplifyVector = FALSE)
    },
    send = function(message) {
      text <- jsonlite::toJSON(message, auto_unbox = TRUE, null = "null", na = "null", digits = NA, json_verbatim = TRUE)
      writeBin(c(charToRaw(enc2utf8(text)), as.raw(10L)), answers)
      flush(answers)
    },
    connections = c(messages, answers)
  )
}

# What the host reads when the process did not survive: the hook that runs.
write_last_words <- function(place, name) {
  words <- sprintf("  File \"%s\", line %d in %s\n", place$path, place$line, name)
  tryCatch(cat(words, file = "/dev/fd/5"), error = function(error) NULL)
}
