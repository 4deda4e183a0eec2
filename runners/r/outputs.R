# What hooks returned, brought into the one form that the host expects.

# A transform's output as a table with unique names: sparse where it is a sparse matrix.
transformed <- function(value, rows) {
  check_order(value, "transform")
  sparse <- inherits(value, "sparseMatrix")
  frame <- if (sparse) plain_matrix(value) else as_frame(value, "transform")
  check_rows(frame, rows, "transform")
  names <- colnames(frame)
  twice <- sort(unique(names[duplicated(names)]))
  if (length(twice) > 0L) {
    contract_error("task.columns", sprintf("transform returned more than one column named %s.", words_of(twice)), "Give every column a name of its own.")
  }
  if (sparse) matrix_table(frame) else frame_table(frame)
}

# Names for a message, in quotes.
words_of <- function(names) {
  quoted <- paste0("\"", utils::head(names, 10L), "\"", collapse = ", ")
  if (length(names) > 10L) sprintf("%s and %d more", quoted, length(names) - 10L) else quoted
}

as_frame <- function(value, hook) {
  if (inherits(value, "sparseMatrix")) {
    demand_dense(value)
    value <- methods::as(value, "matrix")
  }
  if (is.matrix(value) && !is.list(value)) {
    names <- if (is.null(colnames(value))) as.character(seq_len(ncol(value)) - 1L) else colnames(value)
    columns <- lapply(seq_len(ncol(value)), function(i) as.vector(value[, i]))
    return(as_data_frame(stats::setNames(columns, names), nrow(value)))
  }
  if (is.data.frame(value)) return(plain_frame(value, hook))
  if ((is.atomic(value) && !is.null(value) && is.null(dim(value))) || inherits(value, "POSIXlt")) {
    return(plain_frame(as_data_frame(list("0" = unname(value)), length(value)), hook))
  }
  contract_error("task.output", sprintf("%s returned %s; a data.frame was expected.", hook, class(value)[1]), "Return a data.frame with one row for each row of the input.")
}

# Each column a vector; what R allows within a data frame beside that becomes such columns, or is refused.
plain_frame <- function(frame, hook) {
  rows <- nrow(frame)
  # By place: another column may have the same name.
  columns <- vector("list", length(frame))
  all_names <- enc2utf8(names(frame))
  for (i in seq_along(frame)) {
    name <- all_names[i]
    column <- frame[[i]]
    if (inherits(column, "POSIXlt")) column <- as.POSIXct(column)
    if (is.data.frame(column) || (is.matrix(column) && ncol(column) != 1L)) {
      parts <- as_frame(column, hook)
      columns[[i]] <- stats::setNames(as.list(parts), paste(name, names(parts), sep = "."))
    } else if (!typeof(column) %in% c("logical", "integer", "double", "character")) {
      contract_error("task.output", sprintf("%s returned the column %s of the type %s.", hook, name, typeof(column)), "Give numbers, logicals, texts, factors or dates: one value in a cell, more in columns of their own.")
    } else {
      # `scale` and others give a matrix of one column.
      columns[[i]] <- stats::setNames(list(if (is.null(dim(column))) column else as.vector(column)), name)
    }
  }
  as_data_frame(as.list(unlist(columns, recursive = FALSE)), rows)
}

# As many rows as there were.
check_rows <- function(frame, rows, hook) {
  if (nrow(frame) != rows) {
    contract_error("task.rows", sprintf("%s returned %d rows for %d rows of input.", hook, nrow(frame), rows), "One row out for each row in, in the same order.")
  }
}

# Rows in their order, as far as their names tell: those of the input count from 1.
check_order <- function(value, hook) {
  names <- if (is.data.frame(value)) attr(value, "row.names") else if (is.matrix(value) || inherits(value, "sparseMatrix")) rownames(value)
  places <- suppressWarnings(as.integer(names))
  rows <- seq_along(places)
  if (length(places) == 0L || anyNA(places) || all(places == rows) || !identical(sort(places), rows)) return(invisible())
  moved <- which(places != rows)[1]
  contract_error(
    "task.order",
    sprintf("%s returned the rows in another order: row %d is row %d of the input.", hook, moved, places[moved]),
    "Return them in the order in which they came."
  )
}

# A regression's or anomaly's output: one numeric column `Predictions`.
predictions <- function(value, rows, hook) {
  check_order(value, hook)
  frame <- as_frame(value, hook)
  check_rows(frame, rows, hook)
  if (length(frame) != 1L) {
    contract_error("task.predictions", sprintf("%s returned %d columns (%s); one was expected.", hook, length(frame), words_of(names(frame))), "Return one numeric column named Predictions.")
  }
  as_data_frame(list(Predictions = as_numbers(frame[[1]], hook)), rows)
}

# A classifier's output: one numeric column a class, in the order of `classes`.
probabilities <- function(value, rows, classes, hook) {
  classes <- unlist(classes)
  named <- is.data.frame(value) || !is.null(colnames(value))
  check_order(value, hook)
  frame <- as_frame(value, hook)
  check_rows(frame, rows, hook)
  if (length(frame) == 1L && length(classes) == 2L && !any(match_classes(classes, names(frame)) %in% 1L)) {
    positive <- as_numbers(frame[[1]], hook)
    return(as_data_frame(stats::setNames(list(1 - positive, positive), classes), rows))
  }
  if (!named && length(frame) == length(classes)) names(frame) <- classes
  places <- match_classes(classes, names(frame))
  if (anyNA(places) || length(frame) != length(classes)) {
    contract_error(
      "task.classNames",
      sprintf("%s returned the columns %s; one for each class was expected: %s.", hook, words_of(names(frame)), words_of(classes)),
      "Name the columns by class; any order will do."
    )
  }
  as_data_frame(stats::setNames(lapply(places, function(place) as_numbers(frame[[place]], hook)), classes), rows)
}

as_numbers <- function(column, hook) {
  if (is.factor(column) || !(is.numeric(column) || is.logical(column))) {
    texts <- as.character(column)
    row <- c(which(!is.na(texts) & is.na(suppressWarnings(as.numeric(texts)))), 1L)[1]
    contract_error(
      "task.notNumeric",
      sprintf("%s returned %s in row %d, where a number was expected.", hook, dQuote(texts[row], FALSE), row),
      "Return numbers; for classes their probabilities, not their labels."
    )
  }
  as.double(column)
}
