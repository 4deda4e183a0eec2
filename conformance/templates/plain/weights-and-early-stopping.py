import sys
import lightgbm, numpy, pandas

train, rows = (pandas.read_csv(path) for path in sys.argv[1:3])
target = (train.pop("Class") == "good") * 1.0
# With a third word, the rows count for what that column says.
weights = train.pop(sys.argv[3]).values if len(sys.argv) > 3 else numpy.ones(len(train))
for name in train.select_dtypes("object"):
    kind = pandas.CategoricalDtype(sorted(train[name].dropna().unique()))
    train[name], rows[name] = train[name].astype(kind), rows[name].astype(kind)
held = numpy.random.RandomState(0).rand(len(train)) < 0.2
learning, deciding = (lightgbm.Dataset(train[part], target[part], weight=weights[part]) for part in (~held, held))
settings = {"objective": "binary", "learning_rate": 0.05, "num_leaves": 7, "seed": 0, "num_threads": 1, "verbosity": -1}
model = lightgbm.train(settings, learning, 400, [deciding], callbacks=[lightgbm.early_stopping(20, verbose=False)])
good = model.predict(rows[train.columns])
pandas.DataFrame({"bad": 1 - good, "good": good}).to_csv(sys.stdout, index=False)
