# Installs packages from their sources, in this order, into a library of their own.
fit <- function(X, y, output_dir, parameters) {
  library <- file.path(output_dir, "library")
  dir.create(library)
  Sys.setenv(R_LIBS = paste(c(library, Sys.getenv("R_LIBS")), collapse = ":"))
  for (file in unlist(parameters$files)) {
    name <- sub("[.]tar[.]gz$", "", basename(file))
    # No shell's words: the path is ours, the name in it was checked.
    command <- paste("R CMD INSTALL --no-docs --no-multiarch --library", shQuote(library), shQuote(file), "2>&1")
    lines <- pipe(command, "r")
    last <- "R CMD INSTALL said nothing"
    repeat {
      line <- readLines(lines, n = 1L, warn = FALSE)
      if (length(line) == 0L) break
      writeLines(line)
      if (grepl("^ERROR|error:|Error", line)) last <- line
    }
    status <- close(lines)
    if (!is.null(status) && status != 0L) stop(sub("_", " ", name), " was not built: ", last, call. = FALSE)
  }
}
