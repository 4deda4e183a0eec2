import sys
import pandas
from sklearn.linear_model import Ridge

train, rows = (pandas.read_csv(path) for path in sys.argv[1:3])
price = train.pop("Sale_Price")
median = train.median()
train, rows = train.fillna(median), rows[train.columns].fillna(median)
mean, deviation = train.mean(), train.std(ddof=0)
model = Ridge().fit((train - mean) / deviation, price)
pandas.DataFrame({"prediction": model.predict((rows - mean) / deviation)}).to_csv(sys.stdout, index=False)
