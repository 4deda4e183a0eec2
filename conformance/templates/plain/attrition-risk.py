import sys
import lightgbm, pandas

train, rows = (pandas.read_csv(path) for path in sys.argv[1:3])
target = train.pop("Attrition")
for name in train.select_dtypes("object"):
    kind = pandas.CategoricalDtype(sorted(train[name].dropna().unique()))
    train[name], rows[name] = train[name].astype(kind), rows[name].astype(kind)
model = lightgbm.LGBMClassifier(n_estimators=150, learning_rate=0.08, num_leaves=15, random_state=0, n_jobs=1, verbose=-1)
positive = model.fit(train, target == "Yes").predict_proba(rows[train.columns])[:, 1]
pandas.DataFrame({"No": 1 - positive, "Yes": positive}).to_csv(sys.stdout, index=False)
