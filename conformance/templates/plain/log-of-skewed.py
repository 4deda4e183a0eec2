import sys
import numpy, pandas

train, rows = (pandas.read_csv(path) for path in sys.argv[1:3])
skewed = [name for name in train if train[name].min() >= 0 and train[name].skew() > 1]
rows[skewed] = numpy.log1p(rows[skewed].clip(lower=0))
rows.to_csv(sys.stdout, index=False)
