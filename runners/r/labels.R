# Class labels by canonical text: 0, 0.0 and "0" are one; so are TRUE and "true".

canonical_labels <- function(values) {
  known <- unique(values)
  canonical_text(known)[match(values, known)]
}

canonical_text <- function(values) {
  if (is.logical(values)) return(ifelse(values, "True", "False"))
  if (is.numeric(values)) return(ifelse(values == round(values), sprintf("%.0f", values), vapply(values, format, "", digits = 15L)))
  texts <- as.character(values)
  truth <- tolower(texts) %in% c("true", "false")
  texts[truth] <- ifelse(tolower(texts[truth]) == "true", "True", "False")
  whole <- grepl("^[+-]?[0-9]+\\.0+$", texts)
  texts[whole] <- sprintf("%.0f", as.numeric(texts[whole]))
  texts
}

# A target of classes as a factor in their order: what models of R take for a classification. For two classes the second is the positive one.
as_classes <- function(target, classes) {
  classes <- unlist(classes)
  structure(match(canonical_labels(target), canonical_text(classes)), levels = classes, class = "factor")
}

# For each class the position of its column; names that R mangled (`X1`, `X.50K`) are mapped back when unique. NA where none fits.
match_classes <- function(classes, names) {
  found <- match(canonical_text(classes), canonical_text(names))
  mangled <- make.names(classes)
  unsure <- is.na(found) & !(duplicated(mangled) | duplicated(mangled, fromLast = TRUE))
  candidates <- match(mangled[unsure], names)
  candidates[candidates %in% found] <- NA
  found[unsure] <- candidates
  found
}
