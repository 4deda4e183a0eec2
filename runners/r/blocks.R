# The column block file: a JSON header and 64-byte-aligned little-endian buffers (the host's `table` package has the layout).

block_magic <- charToRaw("MSCOLS01")
block_alignment <- 64

# An open file, or the bytes of one, and its header; buffers are read when a column is asked for. The file may be removed meanwhile.
open_blocks <- function(content) {
  connection <- if (is.raw(content)) rawConnection(content) else file(content, "rb", raw = TRUE)
  if (!identical(readBin(connection, "raw", 8L), block_magic)) {
    close(connection)
    stop("This is not a column block file.")
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

# The rows without a value.
read_missing <- function(blocks, column) {
  bits <- read_buffer(blocks, column, "validity", "raw", 1L)
  if (is.null(bits)) return(integer())
  missing <- which(rawToBits(bits) == as.raw(0L))
  # The last byte has room for more rows than there are.
  missing[missing <= blocks$rows]
}

has_validity <- function(column) any(vapply(column$buffers, function(place) place$name == "validity", TRUE))

read_texts <- function(blocks, column, offsets, bytes) {
  places <- read_buffer(blocks, column, offsets, "integer", 4L)
  lengths <- diff(places)
  if (length(lengths) == 0L) return(character())
  texts <- readChar(read_buffer(blocks, column, bytes, "raw", 1L), lengths, useBytes = TRUE)
  if (!texts_are_utf8()) Encoding(texts) <- "UTF-8"
  texts
}

# Marking or converting makes each text anew. Where those without a mark are UTF-8, as in sessions of ours unless code changes that, it is not needed.
texts_are_utf8 <- function() l10n_info()[["UTF-8"]]

# Buffers of texts: where each begins and ends, and the texts themselves, which are written as their bytes.
text_buffers <- function(texts, offsets, bytes) {
  if (!texts_are_utf8() || any(Encoding(texts) == "latin1")) texts <- enc2utf8(texts)
  broken <- !validUTF8(texts)
  if (any(broken)) texts[broken] <- iconv(texts[broken], "UTF-8", "UTF-8", sub = "\uFFFD")
  ends <- cumsum(nchar(texts, "bytes"))
  buffers <- list(c(0L, as.integer(ends)), structure(texts, bytes = if (length(ends) == 0L) 0 else ends[length(ends)]))
  names(buffers) <- c(offsets, bytes)
  buffers
}

# The bitmap of the rows that have a value, least significant bit first; no buffer when all have.
validity_buffer <- function(missing, rows) {
  if (length(missing) == 0L) return(list())
  bits <- rep(c(TRUE, FALSE), c(rows, -rows %% 8L))
  bits[missing] <- FALSE
  list(validity = packBits(bits, "raw"))
}

# Writes columns: lists of name, type, kind, buffers, and dictionaryRows for dictionaries. Without a path they become the bytes of such a file.
write_blocks <- function(path, rows, columns) {
  sizes <- lapply(columns, function(column) vapply(column$buffers, byte_size, 0))
  # Offsets depend on the header's length and the header holds the offsets: room is left for the longest of them.
  start <- aligned(12 + length(header_at(2^40, rows, columns, sizes)))
  header <- header_at(start, rows, columns, sizes)
  connection <- if (is.null(path)) rawConnection(raw(), "wb") else file(path, "wb")
  on.exit(close(connection))
  writeBin(block_magic, connection)
  writeBin(length(header), connection, endian = "little")
  writeBin(header, connection)
  writeBin(raw(start - 12 - length(header)), connection)
  for (column in columns) {
    for (buffer in column$buffers) {
      if (is.character(buffer)) writeLines(buffer, connection, sep = "", useBytes = TRUE)
      else writeBin(buffer, connection, endian = "little")
      size <- byte_size(buffer)
      writeBin(raw(aligned(size) - size), connection)
    }
  }
  if (is.null(path)) rawConnectionValue(connection)
}

# Written by hand: other readers of the file need whole numbers to look like whole numbers.
header_at <- function(start, rows, columns, sizes) {
  starts <- start + c(0, cumsum(aligned(unlist(sizes))))
  place <- 0L
  described <- character(length(columns))
  names <- json_texts(vapply(columns, function(column) column$name, ""))
  for (i in seq_along(columns)) {
    column <- columns[[i]]
    here <- starts[place + seq_along(column$buffers)]
    place <- place + length(column$buffers)
    buffers <- sprintf('{"name":"%s","offset":%.0f,"length":%.0f}', names(column$buffers), here, sizes[[i]])
    dictionary <- if (is.null(column$dictionaryRows)) "" else sprintf('"dictionaryRows":%d,', column$dictionaryRows)
    described[i] <- sprintf('{"name":%s,"type":"%s","kind":"%s",%s"buffers":[%s]}', names[i], column$type, column$kind, dictionary, paste(buffers, collapse = ","))
  }
  charToRaw(enc2utf8(sprintf('{"version":1,"rows":%d,"columns":[%s]}', rows, paste(described, collapse = ","))))
}

# Texts as JSON, one by one. Those that need nothing but quotes, which are most, are not worth a call each.
json_texts <- function(texts) {
  quoted <- paste0("\"", texts, "\"")
  odd <- grep("[\"\\\\[:cntrl:]]", texts)
  quoted[odd] <- vapply(texts[odd], function(text) as.character(jsonlite::toJSON(text, auto_unbox = TRUE)), "")
  quoted
}

byte_size <- function(buffer) if (is.character(buffer)) attr(buffer, "bytes") else length(buffer) * c(raw = 1, integer = 4, double = 8)[[typeof(buffer)]]

aligned <- function(offset) ceiling(offset / block_alignment) * block_alignment
