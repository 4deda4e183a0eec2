library(a_package_that_nobody_has)

fit <- function(X, y, output_dir) NULL
