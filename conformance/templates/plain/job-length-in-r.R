library(nnet)
paths <- commandArgs(TRUE)
train <- read.csv(paths[1], stringsAsFactors = TRUE)
rows <- read.csv(paths[2])
columns <- list(train = list(), rows = list())
for (name in setdiff(names(train), c("class", "protocol", "day"))) {
  both <- lapply(list(train = train, rows = rows), function(data) (data[[name]] - mean(train[[name]])) / sd(train[[name]]))
  for (side in names(both)) columns[[side]][[name]] <- ifelse(is.na(both[[side]]), 0, both[[side]])
}
for (name in c("protocol", "day")) for (level in levels(train[[name]])[-1]) {
  for (side in names(columns)) columns[[side]][[paste0(name, level)]] <- as.numeric(get(side)[[name]] %in% level)
}
model <- multinom(class ~ ., data.frame(columns$train, class = train$class), decay = 0.01, maxit = 300, trace = FALSE)
write.csv(predict(model, data.frame(columns$rows), type = "probs"), row.names = FALSE)
