# The R side of Modelsmith's worker protocol (runners/protocol/PROTOCOL.md). Base R 4.0 or newer and jsonlite.
#
# R cannot shut itself in. The Python side does so and then starts this file with 0 nothing to read, 1 and 2 for prints,
# 3 the messages of the host, 4 the answers to it, 5 the last words.

local({
  folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
  # The code of a task lives in the global environment, as in any script; ours does not.
  worker <- new.env(parent = baseenv())
  files <- c("channel", "failures", "guards", "blocks", "labels", "sparse", "frames", "outputs", "tasks", "artifacts", "predict", "post_mortem", "clean", "steps")
  for (file in files) sys.source(file.path(folder, paste0(file, ".R")), envir = worker, keep.source = FALSE)
  worker$serve(worker$open_channel())
})
