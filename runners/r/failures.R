# What went wrong in user code or against the contract, in the words that the host passes on.

limit_hints <- list(
  time = "resources.timeoutSeconds in model-metadata.yaml for `modelsmith fit`, MODELSMITH_STEP_SECONDS on a server.",
  memory = "resources.memoryMb in model-metadata.yaml for `modelsmith fit`, MODELSMITH_SESSION_MB on a server."
)

# The code broke a rule of the task contract; `place` is where it should be mended.
contract_error <- function(code, message, hint = NULL, place = NULL) {
  stop(structure(list(message = message, call = NULL, code = code, hint = hint, place = place), class = c("modelsmith_contract", "error", "condition")))
}

# A broken rule that is found after the hook has returned is the hook's.
blamed_on <- function(place, work) {
  tryCatch(work, modelsmith_contract = function(error) {
    if (is.null(error$place)) error$place <- place
    stop(error)
  })
}

# Runs `work`: a list with its `value`, or with the `error` as the host wants it. `look` is called where it was raised.
attempt <- function(work, code_dir, limits, look) {
  seen <- new.env(parent = emptyenv())
  seen$frames <- list()
  remember <- function(condition) {
    leave_if_forked()
    # Only the conditions that no handler of the code takes come here, with the stack still standing.
    calls <- sys.calls()
    functions <- lapply(seq_along(calls), sys.function)
    seen$frames <- user_frames(calls, functions, code_dir)
    if (inherits(condition, "error") && !inherits(condition, "modelsmith_contract")) look(condition, calls, functions, sys.frames(), code_dir)
  }
  failed <- function(condition) list(error = describe(condition, seen, code_dir, limits))
  setTimeLimit(cpu = limits$cpuSeconds, elapsed = limits$wallSeconds)
  outcome <- tryCatch(
    withCallingHandlers(
      list(value = work()),
      warning = function(condition) {
        seen$warning <- conditionMessage(condition)
        # R only warns of a file that could not be written to its end.
        if (is_cut_off(seen$warning) && wrote_too_large(limits)) stop_for_file_size(limits)
      },
      error = remember,
      modelsmith_exit = remember
    ),
    error = failed,
    modelsmith_exit = failed,
    interrupt = failed
  )
  setTimeLimit()
  outcome
}

describe <- function(condition, seen, code_dir, limits) {
  ours <- inherits(condition, "modelsmith_contract")
  frames <- if (ours && !is.null(condition$place)) list() else seen$frames
  said <- if (ours) condition else explain(condition, seen$warning, limits)
  described <- list(type = class(condition)[1], code = said$code, message = without_folder(said$message, code_dir), hint = said$hint, frames = frames)
  # What `list` of NULL leaves out, the protocol has as null.
  if (is.null(said$hint)) described["hint"] <- list(NULL)
  if (identical(said$code, "task.syntax")) {
    frames <- described$frames <- c(frames, syntax_frame(condition, code_dir))
  }
  if (length(frames) > 0L || !ours) described$traceback <- without_folder(shortened(condition, frames, said), code_dir)
  innermost <- if (length(frames) > 0L) frames[[length(frames)]]
  if (!is.null(innermost)) described$place <- list(file = innermost$file, line = innermost$line)
  else if (ours && !is.null(condition$place)) described$place <- condition$place[intersect(c("file", "line"), names(condition$place))]
  described
}

# code, message and hint of an error that is not ours.
explain <- function(condition, warned, limits) {
  text <- conditionMessage(condition)
  says <- function(pattern) grepl(pattern, text)
  said <- function(code, message, hint = NULL) list(code = code, message = message, hint = hint)
  if (inherits(condition, "modelsmith_exit")) {
    return(said("task.exit", sprintf("The code called quit (status %s).", condition$status), "Call stop with what is wrong; a hook that is done returns."))
  }
  if (inherits(condition, "packageNotFoundError")) {
    return(said("task.import", paste0(text, "."), "Choose an environment that has the package; a helper file must lie in the task folder."))
  }
  if (is_syntax_error(condition)) return(said("task.syntax", paste0(syntax_words(text), ".")))
  if (says("cannot allocate (vector|memory)|memory exhausted|std::bad_alloc|cannot allocate buffer")) {
    gc()
    return(said("limit.memory", sprintf("The code asked for more than the %s MB of memory that it may have.", limits$memoryMb), paste("Use less memory, or raise the limit:", limit_hints$memory)))
  }
  if (says("^reached elapsed time limit")) {
    return(said("limit.wall", sprintf("The code did not end within %s s and was stopped.", limits$wallSeconds), paste("Look for an endless loop, or raise the limit:", limit_hints$time)))
  }
  if (says("^reached CPU time limit")) {
    return(said("limit.cpu", sprintf("The code used more than the %s s of processor time that it may have.", limits$cpuSeconds), paste("Make it faster, or raise the limit:", limit_hints$time)))
  }
  if (says("unable to fork|cannot fork|Resource temporarily unavailable")) {
    return(said("limit.processes", sprintf("The code started more than the %s processes and threads that it may have.", limits$processes), "Start fewer: one core is enough where the platform runs steps in parallel."))
  }
  if (is_cut_off(text) && wrote_too_large(limits)) return(said("limit.fileSize", too_large_words(limits), "Write less, or several files."))
  # R says what file it was, and why, in a warning.
  if (says("^cannot open (the connection|file)|^unable to open") && !is.null(warned)) text <- paste0(text, ": ", warned)
  said("task.raised", if (nzchar(text)) text else class(condition)[1], sandbox_hint(text))
}

# What to do instead of something that the sandbox does not allow.
sandbox_hint <- function(text) {
  hints <- c(
    "Network is unreachable|cannot open URL|[Cc]ould ?n.t resolve host|cannot be opened" = "A task has no network: put what it needs into its folder.",
    "Read-only file system|Permission denied|Operation not permitted" = "Only output_dir and the temporary folder can be written; of other files only those of the task folder can be read.",
    "No space left on device" = "The temporary folder is small and lies in memory: write large files to output_dir.",
    "No such file or directory" = "A task sees the files of its own folder and nothing else of the machine; init receives its path as code_dir."
  )
  for (pattern in names(hints)) if (grepl(pattern, text)) return(hints[[pattern]])
  NULL
}

# Frames of the user's own files, outermost first. Where a call stands is on the call itself; in whose code that is, on the functions.
user_frames <- function(calls, functions, code_dir) {
  found <- list()
  add <- function(reference, name_of) {
    place <- place_of_source(reference, code_dir)
    last <- if (length(found) > 0L) found[[length(found)]]
    if (is.null(place$file) || (identical(last$file, place$file) && identical(last$line, place$line))) return()
    found[[length(found) + 1L]] <<- list(file = place$file, line = place$line, "function" = name_of(place), source = place$source)
  }
  add(top_level$reference, function(place) "")
  for (i in seq_along(calls)) {
    add(attr(calls[[i]], "srcref"), function(place) {
      inside <- Find(function(k) surrounds(functions[[k]], place, code_dir), seq_len(i - 1L), right = TRUE)
      if (is.null(inside)) "" else function_name(calls[[inside]])
    })
  }
  found
}

surrounds <- function(closure, place, code_dir) {
  whole <- attr(closure, "srcref")
  if (is.null(whole)) return(FALSE)
  there <- place_of_source(whole, code_dir)
  identical(there$file, place$file) && whole[1] <= place$line && place$line <= whole[3]
}

function_name <- function(call) {
  name <- call[[1]]
  if (is.name(name)) as.character(name) else "function"
}

# Path, line and text of a reference to source; `file` only for one below the code folder.
place_of_source <- function(reference, code_dir) {
  if (is.null(reference)) return(NULL)
  source <- attr(reference, "srcfile")
  path <- source$filename
  if (is.null(path)) return(NULL)
  if (!startsWith(path, "/")) path <- file.path(source$wd, path)
  place <- list(path = path, line = as.integer(reference[1]))
  if (startsWith(path, paste0(code_dir, "/"))) {
    place$file <- substring(path, nchar(code_dir) + 2L)
    place$source <- trimws(tryCatch(getSrcLines(source, place$line, place$line), error = function(error) ""))
  }
  place
}

is_syntax_error <- function(condition) grepl("^[^\n]+:[0-9]+:[0-9]+: ", conditionMessage(condition)) && is_parse_call(conditionCall(condition))

is_parse_call <- function(call) is.call(call) && (identical(call[[1]], quote(parse)) || identical(call[[1]], quote(source)))

# `/folder/custom.R:2:8: unexpected INCOMPLETE_STRING` and the lines around it.
syntax_parts <- function(text) regmatches(text, regexec("^([^\n]+?):([0-9]+):([0-9]+): ([^\n]*)", text, perl = TRUE))[[1]]

syntax_words <- function(text) {
  words <- syntax_parts(text)[5]
  if (grepl("INCOMPLETE_STRING", words)) "A text that begins here has no closing quote" else paste("Syntax error:", words)
}

# The frame where a file of the task cannot be read; what was no file has none.
syntax_frame <- function(condition, code_dir) {
  parts <- syntax_parts(conditionMessage(condition))
  if (!startsWith(parts[2], paste0(code_dir, "/"))) return(list())
  lines <- readLines(parts[2], warn = FALSE)
  # At the end of the file there is no line to show.
  line <- max(1L, min(as.integer(parts[3]), length(lines)))
  list(list(file = without_folder(parts[2], code_dir), line = line, "function" = "", source = trimws(lines[line])))
}

# Where the host keeps the folder is nobody's business.
without_folder <- function(text, code_dir) gsub(code_dir, ".", gsub(paste0(code_dir, "/"), "", text, fixed = TRUE), fixed = TRUE)

# The traceback without the frames of worker and libraries.
shortened <- function(condition, frames, said) {
  lines <- "Traceback (most recent call last):"
  for (frame in frames) {
    if (!nzchar(frame[["function"]])) next
    lines <- c(lines, sprintf("  File \"%s\", line %s, in %s", frame$file, frame$line, frame[["function"]]))
    if (nzchar(frame$source)) lines <- c(lines, paste0("    ", frame$source))
  }
  substr(paste(c(lines, paste0("Error: ", said$message)), collapse = "\n"), 1L, 20000L)
}
