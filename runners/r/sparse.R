# Numbers of which most are 0: a dgCMatrix in a session, entries column by column in a file. Matrix comes with R; without it all is dense.

most_dense_cells <- 200e6

has_matrices <- function() requireNamespace("Matrix", quietly = TRUE)

all_sparse <- function(columns) length(columns) > 0L && all(vapply(columns, function(column) column$kind == "sparse", TRUE))

# A matrix that a hook returned, without zeros that are written out; its columns are numbered from 0 where they have no names.
plain_matrix <- function(value) {
  value <- methods::as(methods::as(methods::as(value, "dMatrix"), "generalMatrix"), "CsparseMatrix")
  value <- Matrix::drop0(value)
  names <- if (is.null(colnames(value))) as.character(seq_len(ncol(value)) - 1L) else enc2utf8(colnames(value))
  dimnames(value) <- list(NULL, names)
  value
}

matrix_table <- function(value) {
  rows <- nrow(value)
  names <- colnames(value)
  described <- described_columns(names, rep("number", length(names)))
  list(
    rows = rows,
    shape = function(missing) {
      shape <- list(rows = rows, columns = described, sparse = TRUE)
      if (missing) shape$missing <- anyNA(value@x)
      shape
    },
    columns = function(asked) {
      chosen <- if (is.null(asked)) value else value[, unlist(asked), drop = FALSE]
      demand_dense(chosen)
      names <- colnames(chosen)
      # One column of a sparse matrix takes as long as all of them.
      whole <- methods::as(chosen, "matrix")
      dim(whole) <- NULL
      stats::setNames(lapply(seq_along(names), function(i) whole[seq.int((i - 1L) * rows + 1L, length.out = rows)]), names)
    },
    matrix = function(asked) if (is.null(asked)) value else value[, unlist(asked), drop = FALSE],
    store = function(path) {
      columns <- lapply(seq_along(names), function(i) {
        here <- seq.int(value@p[i], length.out = value@p[i + 1L] - value@p[i]) + 1L
        list(name = names[i], type = "number", kind = "sparse", buffers = list(rows = value@i[here], values = value@x[here]))
      })
      write_blocks(path, rows, columns)
      list(columns = described)
    },
    forget = function() NULL
  )
}

read_matrix <- function(blocks, columns, names) {
  places <- lapply(columns, function(column) read_buffer(blocks, column, "rows", "integer", 4L))
  values <- lapply(columns, function(column) read_buffer(blocks, column, "values", "double", 8L))
  ends <- c(0L, as.integer(cumsum(lengths(values))))
  methods::new(
    "dgCMatrix",
    i = as.integer(unlist(places)), p = ends, x = as.double(unlist(values)), Dim = c(blocks$rows, length(columns)), Dimnames = list(NULL, names)
  )
}

# A column with its zeros.
spread_entries <- function(blocks, column) {
  values <- numeric(blocks$rows)
  values[read_buffer(blocks, column, "rows", "integer", 4L) + 1L] <- read_buffer(blocks, column, "values", "double", 8L)
  values
}

demand_dense <- function(value) {
  if (prod(dim(value)) > most_dense_cells) {
    contract_error(
      "task.sparse",
      sprintf("Sparse data of %d × %d is too large to be made dense.", nrow(value), ncol(value)),
      "Give fewer columns; a task that declares sparse: SUPPORTED in input_requirements receives them as a sparse matrix."
    )
  }
}
