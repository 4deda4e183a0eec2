# Where code has raised, a person looks around: frames and Browse as in R's own `recover`, over two pipes of lines.

# Good for one look; `stop_step` tells the host that the step stands still, `done` that it goes on.
new_post_mortem <- function(stop_step, done) {
  used <- FALSE
  function(condition, calls, functions, frames, code_dir) {
    found <- frames_of_task(calls, functions, frames, code_dir)
    if (used || length(found) == 0L) return(invisible())
    used <<- TRUE
    # No time counts while a person looks.
    setTimeLimit()
    flush(stdout())
    flush(stderr())
    stop_step()
    typed <- file("/dev/fd/6", "r", raw = TRUE)
    shown <- file("/dev/fd/7", "wb", raw = TRUE)
    on.exit({
      close(typed)
      close(shown)
      done()
    })
    try(browse(condition, found, typed, shown), silent = TRUE)
  }
}

# The calls of the task's own functions, outermost first: environment, and where it stands.
frames_of_task <- function(calls, functions, frames, code_dir) {
  places <- lapply(calls, function(call) place_of_source(attr(call, "srcref"), code_dir))
  found <- list()
  top <- place_of_source(top_level$reference, code_dir)
  if (!is.null(top$file)) found <- list(list(environment = globalenv(), words = sprintf("top level at %s#%d", top$file, top$line), source = top$source))
  for (k in seq_along(calls)) {
    if (is.null(place_of_source(attr(functions[[k]], "srcref"), code_dir)$file)) next
    within <- Filter(function(place) !is.null(place$file) && surrounds(functions[[k]], place, code_dir), places[-seq_len(k)])
    place <- if (length(within) > 0L) within[[1]] else place_of_source(attr(functions[[k]], "srcref"), code_dir)
    call <- paste(trimws(deparse(calls[[k]])), collapse = " ")
    if (nchar(call) > 60L) call <- paste0(substr(call, 1L, 57L), "...")
    words <- sprintf("%s at %s#%d", call, place$file, place$line)
    found[[length(found) + 1L]] <- list(environment = frames[[k]], words = words, source = place$source)
  }
  found
}

browse <- function(condition, found, typed, shown) {
  say <- function(...) {
    writeBin(charToRaw(enc2utf8(paste0(...))), shown)
    flush(shown)
  }
  read <- function() {
    line <- readLines(typed, n = 1L, warn = FALSE, encoding = "UTF-8")
    if (length(line) == 0L) NULL else line
  }
  stack <- function() say(paste0(seq_along(found), ": ", vapply(found, function(frame) frame$words, ""), "\n", collapse = ""))
  at <- function(number) say("Browsing ", found[[number]]$words, "\n-> ", found[[number]]$source, "\n")
  say("Error: ", conditionMessage(condition), "\n")
  say("An expression is evaluated there; ls() lists the variables, where the calls, c goes to another call, Q ends.\n")
  stack()
  here <- length(found)
  at(here)
  repeat {
    line <- ask_expression(here, say, read)
    if (is.null(line) || identical(line$word, "Q")) return(invisible())
    if (identical(line$word, "where")) {
      stack()
    } else if (line$word %in% c("c", "cont", "")) {
      stack()
      say("Enter a frame number, or 0 to exit\nSelection: ")
      chosen <- suppressWarnings(as.integer(read()))
      if (length(chosen) == 0L || identical(chosen, 0L)) return(invisible())
      if (!is.na(chosen) && chosen >= 1L && chosen <= length(found)) here <- chosen
      at(here)
    } else if (!evaluate(line$expressions, found[[here]]$environment, shown, say)) {
      return(invisible())
    }
  }
}

# A command by its word, or expressions, over as many lines as they take; NULL at the end of what is typed.
ask_expression <- function(here, say, read) {
  say("Browse[", here, "]> ")
  text <- read()
  if (is.null(text)) return(NULL)
  word <- trimws(text)
  if (word %in% c("", "c", "cont", "Q", "where")) return(list(word = word))
  repeat {
    parsed <- tryCatch(parse(text = text, keep.source = FALSE), error = function(error) error)
    if (!inherits(parsed, "error")) return(list(word = NA_character_, expressions = parsed))
    if (!grepl("unexpected end of input|INCOMPLETE_STRING", conditionMessage(parsed))) {
      say("Error: ", sub("^<text>:[0-9]+:[0-9]+: ", "", conditionMessage(parsed)), "\n")
      return(list(word = NA_character_, expressions = expression()))
    }
    say("+ ")
    more <- read()
    if (is.null(more)) return(NULL)
    text <- paste(text, more, sep = "\n")
  }
}

# Shows what is visible; FALSE when the person has called quit.
evaluate <- function(expressions, environment, shown, say) {
  sink(shown)
  on.exit(while (sink.number() > 0L) sink())
  tryCatch(
    {
      for (expression in expressions) {
        value <- withVisible(eval(expression, environment))
        if (value$visible) print(value$value)
      }
      TRUE
    },
    modelsmith_exit = function(condition) FALSE,
    error = function(error) {
      say("Error: ", conditionMessage(error), "\n")
      TRUE
    },
    finally = flush(shown)
  )
}
