# The column block file: a JSON header and 64-byte-aligned little-endian buffers (the host's `table` package has the layout).

block_magic <- charToRaw("MSCOLS01")
block_alignment <- 64

# An open file and its header; buffers are read when a column is asked for. The file may be removed meanwhile.
open_blocks <- function(path) {
  connection <- file(path, "rb", raw = TRUE)
  if (!identical(readBin(connection, "raw", 8L), block_magic)) {
    close(connection)
    stop(path, " is not a column block file")
  }
  length <- readBin(connection, "integer", 1L, endian = "little")
  text <- rawToChar(readBin(connection, "raw", length))
  Encoding(text) <- "UTF-8"
  header <- jsonlite::fromJSON(text, simplifyVector = FALSE)
  columns <- header$columns
  names(columns) <- vapply(columns, function(column) column$name, "")
  list(connection = connection, rows = as.integer(header$rows), columns = columns)
}

# One buffer as a vector, or NULL where the column has none of this name.
read_buffer <- function(blocks, column, name, what, size) {
  for (place in column$buffers) {
    if (place$name != name) next
    seek(blocks$connection, place$offset)
    return(readBin(blocks$connection, what, place$length / size, size = size, endian = "little"))
  }
  NULL
}

# A logical vector, or NULL when every row has a value.
read_valid <- function(blocks, column) {
  bits <- read_buffer(blocks, column, "validity", "raw", 1L)
  if (is.null(bits)) return(NULL)
  valid <- as.logical(rawToBits(bits))[seq_len(blocks$rows)]
  if (all(valid)) NULL else valid
}

has_validity <- function(column) any(vapply(column$buffers, function(place) place$name == "validity", TRUE))

read_texts <- function(blocks, column, offsets, bytes) {
  places <- read_buffer(blocks, column, offsets, "integer", 4L)
  lengths <- diff(places)
  if (length(lengths) == 0L) return(character())
  texts <- readChar(read_buffer(blocks, column, bytes, "raw", 1L), lengths, useBytes = TRUE)
  Encoding(texts) <- "UTF-8"
  texts
}

# Buffers of texts: where each begins and ends, and their bytes.
text_buffers <- function(texts, offsets, bytes) {
  texts <- enc2utf8(texts)
  broken <- !validUTF8(texts)
  if (any(broken)) texts[broken] <- iconv(texts[broken], "UTF-8", "UTF-8", sub = "\uFFFD")
  buffers <- list(c(0L, as.integer(cumsum(nchar(texts, "bytes")))), charToRaw(paste(texts, collapse = "")))
  names(buffers) <- c(offsets, bytes)
  buffers
}

# The bitmap of a logical vector, least significant bit first; no buffer when all are set.
validity_buffer <- function(valid) {
  if (all(valid)) return(list())
  list(validity = packBits(c(valid, logical(-length(valid) %% 8L)), "raw"))
}

# Writes columns: lists of name, type, kind, buffers, and dictionaryRows for dictionaries.
write_blocks <- function(path, rows, columns) {
  sizes <- lapply(columns, function(column) vapply(column$buffers, byte_size, 0))
  # Offsets depend on the header's length and the header holds the offsets: room is left for the longest of them.
  start <- aligned(12 + length(header_at(2^40, rows, columns, sizes)))
  header <- header_at(start, rows, columns, sizes)
  connection <- file(path, "wb")
  on.exit(close(connection))
  writeBin(block_magic, connection)
  writeBin(length(header), connection, endian = "little")
  writeBin(header, connection)
  writeBin(raw(start - 12 - length(header)), connection)
  for (column in columns) {
    for (buffer in column$buffers) {
      writeBin(buffer, connection, endian = "little")
      size <- byte_size(buffer)
      writeBin(raw(aligned(size) - size), connection)
    }
  }
}

# Written by hand: other readers of the file need whole numbers to look like whole numbers.
header_at <- function(start, rows, columns, sizes) {
  starts <- start + c(0, cumsum(aligned(unlist(sizes))))
  place <- 0L
  described <- character(length(columns))
  for (i in seq_along(columns)) {
    column <- columns[[i]]
    here <- starts[place + seq_along(column$buffers)]
    place <- place + length(column$buffers)
    buffers <- sprintf('{"name":"%s","offset":%.0f,"length":%.0f}', names(column$buffers), here, sizes[[i]])
    dictionary <- if (is.null(column$dictionaryRows)) "" else sprintf('"dictionaryRows":%d,', column$dictionaryRows)
    described[i] <- sprintf('{"name":%s,"type":"%s","kind":"%s",%s"buffers":[%s]}', json_text(column$name), column$type, column$kind, dictionary, paste(buffers, collapse = ","))
  }
  charToRaw(enc2utf8(sprintf('{"version":1,"rows":%d,"columns":[%s]}', rows, paste(described, collapse = ","))))
}

json_text <- function(text) as.character(jsonlite::toJSON(text, auto_unbox = TRUE))

byte_size <- function(buffer) length(buffer) * c(raw = 1, integer = 4, double = 8)[[typeof(buffer)]]

aligned <- function(offset) ceiling(offset / block_alignment) * block_alignment
