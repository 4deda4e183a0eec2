"""Rows for the comparison: python make.py FOLDER ROWS SEED"""
import sys

import numpy
import pandas

folder, rows, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
columns = 30
random = numpy.random.default_rng(seed)
names = ["f%d" % index for index in range(columns)]
weights = random.normal(size=columns)


def draw(count):
    return pandas.DataFrame(random.normal(size=(count, columns)).round(6), columns=names)


train = draw(2000)
train["target"] = numpy.where(train[names].values @ weights + random.normal(size=len(train)) > 0, "yes", "no")
train.to_csv(folder + "/train.csv", index=False)
wide = pandas.DataFrame(random.normal(size=(len(train), 100)).round(6), columns=["w%d" % index for index in range(100)])
pandas.concat([wide, train], axis=1).to_csv(folder + "/wide.csv", index=False)
for start in range(0, rows, 100_000):
    part = draw(min(100_000, rows - start))
    part.to_csv(folder + "/rows.csv", mode="w" if start == 0 else "a", header=start == 0, index=False)
