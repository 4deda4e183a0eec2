# A task folder as R sees it: its globals, its hooks, and how they are called.

hook_names <- c("fit", "load_model", "predict", "predict_proba", "score", "transform")
entry_file <- "custom.R"

new_task <- function(name, code_dir) {
  task <- new.env(parent = emptyenv())
  task$name <- name
  task$code_dir <- code_dir
  task$globals <- list()
  task$attached <- character()
  task$loaded <- FALSE
  task
}

# Tasks of a session take turns: each brings its own globals and attached packages.
activate <- function(task) {
  list2env(task$globals, globalenv())
  for (package in rev(task$attached)) suppressPackageStartupMessages(library(package, character.only = TRUE))
}

deactivate <- function(task, search_before) {
  task$globals <- as.list(globalenv(), all.names = TRUE)
  rm(list = ls(globalenv(), all.names = TRUE), envir = globalenv())
  added <- setdiff(search(), search_before)
  task$attached <- sub("^package:", "", grep("^package:", added, value = TRUE))
  for (entry in added) detach(entry, character.only = TRUE)
}

# Runs the task's file, once, while the task is active.
load_task <- function(task) {
  if (task$loaded) return(invisible())
  path <- file.path(task$code_dir, entry_file)
  expressions <- parse(path, keep.source = TRUE, encoding = "UTF-8")
  for (i in seq_along(expressions)) {
    run_at(attr(expressions, "srcref")[[i]], expressions[[i]])
  }
  if (!any(vapply(hook_names, function(name) is.function(hook_of(name)), TRUE))) {
    contract_error(
      "task.noHooks",
      sprintf("None of the hooks is defined: %s.", paste(hook_names, collapse = ", ")),
      sprintf("Define them as functions in %s.", entry_file),
      list(file = entry_file)
    )
  }
  if (is.function(hook_of("init"))) call_hook(task, "init", list(code_dir = task$code_dir))
  task$loaded <- TRUE
}

# R keeps no place of an expression that stands at the top of a file: it is noted here while that runs.
run_at <- function(reference, expression) {
  top_level$reference <- reference
  on.exit(top_level$reference <- NULL)
  eval(expression, globalenv())
}

top_level <- new.env(parent = emptyenv())

hook_of <- function(name) get0(name, envir = globalenv(), mode = "function", inherits = FALSE)

# File and line where a hook is defined; the file alone where that is not known.
place_of_hook <- function(task, hook) {
  place <- if (is.function(hook)) place_of_source(attr(hook, "srcref"), task$code_dir)
  if (is.null(place$file)) list(file = entry_file, path = file.path(task$code_dir, entry_file)) else place[c("file", "line", "path")]
}

# Calls a hook: of the offered arguments those that it names, all that apply when it takes `...`; `positional` ones come first, by place.
call_hook <- function(task, name, offered, positional = list()) {
  hook <- hook_of(name)
  arguments <- c(positional, chosen_arguments(task, name, hook, offered, names(positional)))
  place <- place_of_hook(task, hook)
  write_last_words(list(path = place$path, line = if (is.null(place$line)) 1L else place$line), name)
  # The call names its arguments: were the data in the call, every error would print it.
  frame <- list2env(arguments, parent = globalenv())
  symbols <- lapply(names(arguments), as.name)
  names(symbols) <- ifelse(names(arguments) %in% names(positional), "", names(arguments))
  value <- eval(as.call(c(list(as.name(name)), symbols)), frame)
  leave_if_forked()
  value
}

chosen_arguments <- function(task, name, hook, offered, positional) {
  parameters <- formals(hook)
  takes_all <- "..." %in% names(parameters)
  named <- setdiff(names(parameters), "...")
  given <- utils::head(named, length(positional))
  # What has no default has the empty name in its place, which no function may be given.
  asked <- named[vapply(parameters[named], is.symbol, TRUE) & as.character(parameters[named]) == ""]
  unknown <- setdiff(asked, c(given, names(offered)))
  too_few <- length(named) < length(positional) && !takes_all
  if (length(unknown) > 0L || too_few) {
    suggested <- unique(c(positional, intersect(names(offered), named), "..."))
    if (length(suggested) == 1L) suggested <- c(names(offered), "...")
    contract_error(
      "task.signature",
      if (length(unknown) > 0L) sprintf("%s asks for %s, which nobody gives.", name, paste(unknown, collapse = ", "))
      else sprintf("%s takes %d arguments; it is given %s.", name, length(named), paste(positional, collapse = " and ")),
      sprintf("Write %s <- function(%s).", name, paste(suggested, collapse = ", ")),
      place_of_hook(task, hook)
    )
  }
  applies <- !vapply(offered, is.null, TRUE)
  offered[!(names(offered) %in% given) & (names(offered) %in% named | (takes_all & applies))]
}

session_pid <- Sys.getpid()

# A fork that user code made has come back here: it must not speak for the session.
leave_if_forked <- function() if (Sys.getpid() != session_pid) tools::pskill(Sys.getpid(), tools::SIGKILL)
