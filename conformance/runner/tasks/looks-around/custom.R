fit <- function(X, y, output_dir) {
  processes <- grep("^[0-9]+$", list.files("/proc"))
  id <- system("id -u; id -un", intern = TRUE)
  stop(sprintf(
    "secret %s, uid %s, user %s, passwords %s, processes %s, home [%s]",
    if (Sys.getenv("MODELSMITH_TEST_SECRET") == "") "None" else "there",
    if (id[1] == "0") "root" else "other",
    id[2],
    if (file.exists("/etc/shadow")) "True" else "False",
    if (length(processes) < 8) "few" else "many",
    paste(list.files("/home"), collapse = ", ")
  ))
}
