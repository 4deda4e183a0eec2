import type { BlueprintGraph } from '@modelsmith/domain'

/** Files of a task of one's own. */
export type CustomTask = { readonly name: string; readonly files: Readonly<Record<string, string>> }

type CustomBlueprint = {
  readonly name: string
  readonly tasks: readonly CustomTask[]
  /** Of the task versions, in the order of `tasks`. */
  readonly graph: (ids: readonly string[]) => BlueprintGraph
}

const taskOf = (name: string, files: Readonly<Record<string, string>>): CustomTask => ({ name, files })

const mass = taskOf('Ratios', {
  'custom.py': `import joblib, os


def fit(X, y, output_dir, **kwargs):
    joblib.dump(X.mean(numeric_only=True), os.path.join(output_dir, "means.joblib"))


def transform(X, transformer):
    return X.assign(ratio=X["bill_length_mm"].fillna(transformer["bill_length_mm"]) / X["bill_depth_mm"].fillna(transformer["bill_depth_mm"]))
`,
  'model-metadata.yaml': `name: Ratios
targetType: transform
typeSchema:
  output_requirements: [{field: data_types, condition: IN, value: [NUM, CAT]}]
`,
})
const noise = taskOf('Noise of R', {
  'custom.R': `fit <- function(X, y, output_dir, ...) saveRDS(rnorm(1), file.path(output_dir, "drawn.rds"))
load_model <- function(code_dir) readRDS(file.path(code_dir, "drawn.rds"))
transform <- function(X, transformer, ...) {
  X$drawn <- transformer * X$ratio
  X$island <- factor(X$island)
  X
}
`,
  'model-metadata.yaml': `name: Noise of R
targetType: transform
environment: r-core
typeSchema:
  output_requirements: [{field: data_types, condition: IN, value: [NUM, CAT]}]
`,
})
const forest = taskOf('Forest of numbers', {
  'custom.py': `import numpy
from sklearn.ensemble import RandomForestRegressor


class CustomTask:
    def fit(self, X, y, **kwargs):
        print("seen", len(X))
        self.model = RandomForestRegressor(n_estimators=20, random_state=numpy.random.randint(2**31 - 1))
        self.model.fit(X.select_dtypes("number").fillna(0.0), y)

    def predict(self, data):
        return self.model.predict(data.select_dtypes("number").fillna(0.0))
`,
  'model-metadata.yaml': 'name: Forest of numbers\ntargetType: regression\n',
})
const layered = taskOf('With a requirement', {
  'custom.py': `import random
import pandas as pd
import tabulate


class CustomTask:
    def fit(self, X, y, **kwargs):
        assert tabulate.__version__ == "0.9.0"
        self.draw = random.random()
        self.mean = float(y.mean())

    def predict(self, data):
        return pd.DataFrame({"Predictions": [self.mean + self.draw] * len(data)})
`,
  'requirements.txt': 'tabulate==0.9.0\n',
  'model-metadata.yaml': 'name: With a requirement\ntargetType: regression\n',
})
const lots = taskOf('Lots', {
  'custom.py': `import os
import joblib, numpy


def fit(X, y, output_dir, **kwargs):
    joblib.dump(int.from_bytes(os.urandom(4), "little"), os.path.join(output_dir, "seed.joblib"))


def predict(data, model, **kwargs):
    return numpy.random.RandomState(model).normal(size=len(data))
`,
  'model-metadata.yaml': 'name: Lots\ntargetType: regression\n',
})

const chain = (ids: readonly string[]): BlueprintGraph => ({
  nodes: ids.map((taskVersion, index) => ({
    id: `step-${index + 1}`,
    taskVersion,
    inputs: [
      index === 0
        ? { from: 'data' as const, dataTypes: ['NUM', 'CAT'] }
        : { from: 'node' as const, node: `step-${index}` },
    ],
  })),
})

/** Blueprints with tasks of one's own; their random numbers are those that the platform has seeded. */
export const custom: readonly CustomBlueprint[] = [
  { name: 'Python, R, Python', tasks: [mass, noise, forest], graph: chain },
  { name: 'a task with a requirement', tasks: [layered], graph: chain },
  { name: 'a task that draws lots', tasks: [lots], graph: chain },
]
