# Columns to data frames and back: what the hooks see, and what becomes of what they return.

few_values <- 50L
many_values <- 1000L
long_text <- 100L
open_files <- 48L

# A table knows its rows, and gives its shape and its columns; one that a hook returned can be stored.

# A column block file or its bytes, read when a step asks for columns. R has few connections: with many open, the next is read at once.
file_table <- function(content, others) {
  at_once <- others >= open_files
  blocks <- open_blocks(content)
  names <- vapply(blocks$columns, function(column) column$name, "", USE.NAMES = FALSE)
  read <- function(place) read_column(blocks, blocks$columns[[place]])
  if (at_once) {
    kept <- lapply(seq_along(names), read)
    close(blocks$connection)
    read <- function(place) kept[[place]]
  }
  sparse <- all_sparse(blocks$columns)
  list(
    rows = blocks$rows,
    connection = if (!at_once) as.integer(blocks$connection),
    shape = function(missing) {
      types <- vapply(blocks$columns, function(column) column$type, "")
      list(rows = blocks$rows, columns = described_columns(names, types), sparse = sparse, missing = any(vapply(blocks$columns, has_validity, TRUE)))
    },
    columns = function(asked) {
      asked <- if (is.null(asked)) names else unlist(asked)
      stats::setNames(lapply(match(asked, names), read), asked)
    },
    # NULL where some are not sparse, or are read already.
    matrix = function(asked) {
      asked <- if (is.null(asked)) names else unlist(asked)
      chosen <- blocks$columns[match(asked, names)]
      if (!at_once && all_sparse(chosen) && has_matrices()) read_matrix(blocks, chosen, asked)
    },
    forget = function() if (!at_once) close(blocks$connection)
  )
}

# Names and types as JSON: there may be thousands, and a list of them takes long to write.
described_columns <- function(names, types) {
  structure(sprintf("[%s]", paste0("{\"name\":", json_texts(names), ",\"type\":\"", types, "\"}", collapse = ",")), class = "json")
}

# A column under the types of the task contract. A number that is not there is NA; NaN stays NaN.
read_column <- function(blocks, column) {
  missing <- read_missing(blocks, column)
  values <- switch(column$kind,
    float64 = read_buffer(blocks, column, "values", "double", 8L),
    sparse = spread_entries(blocks, column),
    boolean = as.logical(read_buffer(blocks, column, "values", "integer", 1L)),
    utf8 = read_texts(blocks, column, "offsets", "bytes"),
    dictionary = read_texts(blocks, column, "dictionaryOffsets", "dictionaryBytes")[read_buffer(blocks, column, "indices", "integer", 4L) + 1L]
  )
  if (length(missing) > 0L) values[missing] <- NA
  switch(column$type, integer = as_whole(values), date = as_moments(values), values)
}

# Integers, unless one does not fit R's.
as_whole <- function(values) if (any(abs(values) > .Machine$integer.max, na.rm = TRUE)) values else as.integer(values)

as_moments <- function(microseconds) structure(microseconds / 1e6, class = c("POSIXct", "POSIXt"), tzone = "UTC")

# A data frame that a hook returned.
frame_table <- function(frame) {
  rows <- nrow(frame)
  columns <- as.list(frame)
  # Asked for by the shape and by the file; the type of texts takes a look at each.
  delayedAssign("types", vapply(columns, type_of, "", USE.NAMES = FALSE))
  delayedAssign("described", described_columns(names(columns), types))
  list(
    rows = rows,
    shape = function(missing) {
      shape <- list(rows = rows, columns = described, sparse = FALSE)
      if (missing) shape$missing <- any(vapply(columns, anyNA, TRUE))
      shape
    },
    columns = function(asked) if (is.null(asked)) columns else columns[unlist(asked)],
    matrix = function(asked) NULL,
    store = function(path) {
      named <- Map(function(name, type) list(name = name, type = type), names(columns), types, USE.NAMES = FALSE)
      write_blocks(path, rows, Map(encoded, named, columns, USE.NAMES = FALSE))
      list(columns = described)
    },
    forget = function() NULL
  )
}

as_data_frame <- function(columns, rows) structure(columns, row.names = .set_row_names(rows), class = "data.frame")

# Names of columns laid side by side: a later one of an equal name gets a number.
unique_names <- function(names) {
  if (!anyDuplicated(names)) return(names)
  taken <- character()
  for (i in seq_along(names)) {
    name <- names[i]
    count <- 2L
    while (name %in% taken) {
      name <- sprintf("%s_%d", names[i], count)
      count <- count + 1L
    }
    taken[i] <- name
  }
  taken
}

type_of <- function(column) {
  if (is.factor(column)) return("category")
  if (inherits(column, c("Date", "POSIXct"))) return("date")
  if (is.character(column)) return(text_or_category(column))
  switch(typeof(column), logical = "boolean", integer = if (is.object(column)) "number" else "integer", "number")
}

# The same rule as at ingest: few values that repeat are a category.
text_or_category <- function(values) {
  there <- if (anyNA(values)) values[!is.na(values)] else values
  known <- unique(there)
  # No text has more characters than bytes, and those are quicker to count.
  long <- known[nchar(known, "bytes") > long_text]
  if (length(there) == 0L || any(nchar(long, "chars", allowNA = TRUE) > long_text, na.rm = TRUE)) return("text")
  if (length(known) <= few_values) return(if (length(there) <= 20L || length(known) * 2L <= length(there)) "category" else "text")
  if (length(known) <= min(many_values, length(there) * 0.05)) "category" else "text"
}

encoded <- function(described, column) {
  type <- described$type
  if (type == "category") {
    known <- if (is.factor(column)) levels(column) else unique(column[!is.na(column)])
    indices <- if (is.factor(column)) as.integer(column) else match(column, known)
    # A level that is itself missing is no value.
    there <- !is.na(indices) & !is.na(known)[indices]
    indices[!there] <- 1L
    known[is.na(known)] <- ""
    if (length(known) == 0L) known <- ""
    buffers <- c(list(indices = indices - 1L), text_buffers(known, "dictionaryOffsets", "dictionaryBytes"), validity_buffer(which(!there), length(column)))
    return(c(described, list(kind = "dictionary", dictionaryRows = length(known), buffers = buffers)))
  }
  # Most columns have every value; NaN is one.
  missing <- if (!anyNA(column)) integer() else if (is.double(column)) which(is.na(column) & !is.nan(column)) else which(is.na(column))
  validity <- validity_buffer(missing, length(column))
  if (type == "text") {
    column[missing] <- ""
    return(c(described, list(kind = "utf8", buffers = c(text_buffers(column, "offsets", "bytes"), validity))))
  }
  if (type == "boolean") {
    column[missing] <- FALSE
    return(c(described, list(kind = "boolean", buffers = c(list(values = as.raw(column)), validity))))
  }
  values <- as.double(unclass(column))
  if (type == "date") values <- round(values * if (inherits(column, "Date")) 86400e6 else 1e6)
  values[missing] <- NaN
  c(described, list(kind = "float64", buffers = c(list(values = values), validity)))
}
