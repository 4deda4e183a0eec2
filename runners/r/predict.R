# A fitted object of a library scored without a hook: through R's own `predict`.

predict_natively <- function(model, data, target_type) {
  if (!target_type %in% c("binary", "multiclass")) return(ask(model, data))
  # Libraries do not agree on what probabilities are called; each refuses names that it does not know.
  for (type in c("prob", "probs", "response", "raw")) {
    value <- tryCatch(ask(model, data, type = type), error = function(error) {
      if (!grepl("should be one of|type", conditionMessage(error))) stop(error)
      error
    })
    if (!inherits(value, "error")) return(if (is.list(value) && !is.null(value$posterior)) value$posterior else value)
  }
  stop(value)
}

# Methods of the task's own are found where its code lives.
ask <- function(model, data, ...) {
  frame <- list2env(list(model = model, data = data, more = list(...)), parent = globalenv())
  eval(quote(do.call(stats::predict, c(list(quote(model), quote(data)), more))), frame)
}

can_predict <- function(model) {
  any(vapply(class(model), function(name) !is.null(utils::getS3method("predict", name, optional = TRUE, envir = globalenv())), TRUE))
}
