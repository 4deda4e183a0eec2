# The session's loop: one message in, one step done, one answer out.

serve <- function(channel) {
  first <- channel$receive()
  options(warn = 1L, keep.source = TRUE, keep.source.pkgs = FALSE, browserNLdisabled = TRUE)
  # Times are those of the data, wherever the machine stands.
  Sys.setenv(TZ = "UTC")
  guard_quit()
  guard_connections(channel$connections)
  session <- new.env(parent = emptyenv())
  session$limits <- first$limits
  session$tasks <- session$tables <- session$rows <- session$models <- session$columns <- list()
  session$clean <- remember_clean()
  session$step <- 0L
  # Only where somebody is there to look.
  tell <- function(type) channel$send(list(type = type, id = session$step))
  session$look <- if (isTRUE(first$debug)) new_post_mortem(function() tell("stopped"), function() tell("looked")) else function(...) NULL
  channel$send(list(type = "ready", pid = Sys.getpid()))
  repeat {
    message <- channel$receive()
    if (is.null(message)) end_process()
    # Not within the call of `send`: R would run the step somewhere inside it.
    answered <- answer(session, message)
    channel$send(answered)
  }
}

# At once: `quit` would wait for what the code has left behind.
end_process <- function() {
  unlink(tempdir(), recursive = TRUE)
  tools::pskill(Sys.getpid(), tools::SIGKILL)
}

answer <- function(session, message) {
  began <- proc.time()
  task <- session$tasks[[message$task %||% ""]]
  session$step <- message$id
  outcome <- attempt(function() steps[[message$type]](session, message), if (is.null(task)) "/" else task$code_dir, session$limits, session$look)
  leave_if_forked()
  flush(stdout())
  flush(stderr())
  took <- proc.time() - began
  timings <- list(wallMs = took[["elapsed"]] * 1000, cpuMs = (took[["user.self"]] + took[["sys.self"]]) * 1000, peakMemoryMb = peak_memory())
  if (is.null(outcome$error)) return(list(type = "result", id = message$id, result = outcome$value, timings = timings))
  list(type = "error", id = message$id, error = outcome$error, timings = timings)
}

`%||%` <- function(one, other) if (is.null(one)) other else one

peak_memory <- function() {
  status <- tryCatch(readLines("/proc/self/status"), error = function(error) "")
  as.numeric(sub("^VmHWM:\\s*([0-9]+) kB$", "\\1", grep("^VmHWM:", status, value = TRUE)[1])) / 1024
}

# The open files of tables, which no task has opened.
table_connections <- function(session) unlist(lapply(session$tables, function(table) table$connection))

use_task <- function(session, name) {
  task <- session$tasks[[name]]
  if (!identical(session$active, task)) {
    restore(session)
    session$active <- task
    activate(task)
  }
  load_task(task)
  task
}

restore <- function(session) {
  if (!is.null(session$active)) {
    deactivate(session$active, session$clean$search)
    session$active <- NULL
  }
  restore_clean(session$clean, table_connections(session))
}

# The columns of a table reference, side by side, as a data frame; as a sparse matrix where all are sparse and the task takes that.
frame_of <- function(session, reference) {
  sparse <- if (isTRUE(reference$sparse)) matrix_of(session, reference)
  if (!is.null(sparse)) return(sparse)
  parts <- lapply(reference$parts, function(part) part_of(session, part))
  rows <- if (length(parts) == 0L) 0L else parts[[1]]$rows
  columns <- do.call(c, lapply(parts, function(part) part$columns))
  names(columns) <- unique_names(names(columns))
  as_data_frame(columns, rows)
}

# NULL where one of its tables is not sparse.
matrix_of <- function(session, reference) {
  parts <- lapply(reference$parts, function(part) {
    found <- if (is.null(part$blocks)) session$tables[[part$table]]$matrix(part$columns)
    if (is.null(found) || is.null(part$rows)) found else found[session$rows[[part$rows]], , drop = FALSE]
  })
  if (length(parts) == 0L || any(vapply(parts, is.null, TRUE))) return(NULL)
  beside <- if (length(parts) == 1L) parts[[1]] else do.call(Matrix::cbind2, parts)
  colnames(beside) <- unique_names(colnames(beside))
  beside
}

part_of <- function(session, part) {
  if (!is.null(part$blocks)) {
    table <- file_table(jsonlite::base64_dec(part$blocks), 0L)
    on.exit(table$forget())
    return(list(rows = table$rows, columns = table$columns(part$columns)))
  }
  table <- session$tables[[part$table]]
  columns <- table$columns(part$columns)
  if (is.null(part$rows)) return(list(rows = table$rows, columns = columns))
  rows <- session$rows[[part$rows]]
  list(rows = length(rows), columns = lapply(columns, function(column) column[rows]))
}

column_of <- function(session, reference) if (!is.null(reference)) frame_of(session, reference)[[1]]

is_classification <- function(target_type) target_type %in% c("binary", "multiclass")

steps <- list(
  add_task = function(session, message) {
    session$tasks[[message$name]] <- new_task(message$name, message$codeDir)
    NULL
  },

  open_table = function(session, message) {
    table <- file_table(message$file, length(table_connections(session)))
    session$tables[[message$handle]] <- table
    table$shape(TRUE)
  },

  set_rows = function(session, message) {
    session$rows[[message$handle]] <- readBin(message$file, "integer", file.size(message$file) / 4, endian = "little") + 1L
    NULL
  },

  release = function(session, message) {
    for (handle in unlist(message$handles)) {
      if (!is.null(session$tables[[handle]])) session$tables[[handle]]$forget()
      session$tables[[handle]] <- session$rows[[handle]] <- session$models[[handle]] <- NULL
    }
    NULL
  },

  store_table = function(session, message) session$tables[[message$handle]]$store(message$file),

  fit = function(session, message) {
    task <- use_task(session, message$task)
    written_in$output <- message$outputDir
    seed_random(message$seed)
    target <- column_of(session, message$y)
    if (!is.null(target) && is_classification(message$targetType)) target <- as_classes(target, message$classes)
    offered <- list(X = frame_of(session, message$x), y = target, output_dir = message$outputDir)
    # `list` keeps a NULL: an argument that is named but does not apply is NULL.
    offered <- c(offered, list(
      class_order = if (message$targetType == "binary") unlist(message$classes),
      row_weights = column_of(session, message$weights),
      parameters = as_parameters(message$parameters),
      # Ours: for code that serves several target types.
      target_type = message$targetType
    ))
    if (!is.function(hook_of("fit"))) {
      contract_error("task.noFit", "The task has no fit hook.", "Define fit(X, y, output_dir, ...).", place_of_hook(task, NULL))
    }
    place <- place_of_hook(task, hook_of("fit"))
    call_hook(task, "fit", offered)
    blamed_on(place, {
      written <- list_files(message$outputDir)
      if (length(written) == 0L) {
        contract_error("task.noArtifact", "fit wrote nothing to output_dir.", "Save the fitted object there, such as with saveRDS(model, file.path(output_dir, \"model.rds\")).")
      }
      if (wrote_too_large(session$limits)) stop_for_file_size(session$limits)
      if (!is.null(message$keepAs)) keep_model(session, message$keepAs, load_fitted(task, message$outputDir))
    })
    list(artifacts = as.list(written))
  },

  load = function(session, message) {
    task <- use_task(session, message$task)
    keep_model(session, message$model, load_fitted(task, message$artifactDir))
    NULL
  },

  apply = function(session, message) {
    applied <- applied_to(session, message)
    session$tables[[message$result]] <- applied$table
    list(shape = applied$table$shape(isTRUE(message$lookForMissing)), hook = applied$hook)
  },

  predict = function(session, message) {
    applied <- applied_to(session, message)
    columns <- applied$table$columns(NULL)
    numbers <- Map(function(name, values) encoded(list(name = name, type = "number"), values), names(columns), columns, USE.NAMES = FALSE)
    list(blocks = jsonlite::base64_enc(write_blocks(NULL, applied$table$rows, numbers)), hook = applied$hook)
  },

  reset = function(session, message) {
    restore(session)
    list(clean = count_threads() <= session$clean$threads && count_children() == 0L)
  }
)

# What a hook made of the rows, as a table; the hook.
applied_to <- function(session, message) {
  task <- use_task(session, message$task)
  seed_random(message$seed)
  data <- frame_of(session, message$x)
  rows <- nrow(data)
  applied <- apply_hook(task, session$models[[message$model]]$object, data, message)
  table <- blamed_on(applied$place, switch(message$targetType,
    transform = transformed(applied$value, rows),
    binary = ,
    multiclass = frame_table(probabilities(applied$value, rows, message$classes, applied$hook)),
    frame_table(predictions(applied$value, rows, applied$hook))
  ))
  list(table = table, hook = c(list(name = applied$hook), applied$place[intersect(c("file", "line"), names(applied$place))]))
}

# In a list of its own: a fitted object may be NULL.
keep_model <- function(session, handle, object) session$models[[handle]] <- list(object = object)

# Lists of JSON as the vectors that R users expect.
as_parameters <- function(parameters) {
  parameters <- lapply(parameters, function(value) if (is.list(value) && length(value) > 0L && is.null(names(value))) unlist(value) else value)
  if (length(parameters) == 0L) stats::setNames(list(), character()) else parameters
}

# What the hook returned, its name, its place.
apply_hook <- function(task, model, data, message) {
  names <- switch(message$targetType, transform = "transform", binary = , multiclass = c("score", "predict_proba"), c("score", "predict"))
  offered <- list(parameters = if (length(message$parameters) > 0L) as_parameters(message$parameters))
  for (name in names) {
    hook <- hook_of(name)
    if (is.null(hook)) next
    positional <- list(data, model)
    names(positional) <- c("data", if (name == "transform") "transformer" else "model")
    return(list(value = call_hook(task, name, offered, positional), hook = name, place = place_of_hook(task, hook)))
  }
  if (can_predict(model)) {
    return(list(value = predict_natively(model, data, message$targetType), hook = "predict", place = place_of_hook(task, NULL)))
  }
  contract_error(
    "task.noHook",
    sprintf("The task has no hook %s, and R's predict does not know its artifact.", paste(names, collapse = " or ")),
    "Define one of them.",
    place_of_hook(task, NULL)
  )
}
