import sys
import numpy, pandas
from sklearn.ensemble import HistGradientBoostingRegressor

train, rows = (pandas.read_csv(path) for path in sys.argv[1:3])
price = train.pop("Sale_Price")
names = list(train.select_dtypes("object"))
for name in names:
    codes = {level: code for code, level in enumerate(sorted(train[name].unique()))}
    train[name], rows[name] = train[name].map(codes), rows[name].map(codes)
places = [train.columns.get_loc(name) for name in names]
model = HistGradientBoostingRegressor(learning_rate=0.1, max_iter=60, categorical_features=places, early_stopping=False, random_state=0)
model.fit(train.values.astype("float64"), price)
pandas.DataFrame({"prediction": model.predict(rows[train.columns].values.astype("float64"))}).to_csv(sys.stdout, index=False)
