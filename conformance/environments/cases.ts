/** A task that is trained in an environment, with what only that environment has; it prints what it found. */
export type EnvironmentCase = {
  readonly environment: string
  readonly requirements?: readonly string[]
  readonly file: 'custom.py' | 'custom.R'
  readonly code: string
  readonly artifact: string
  readonly prints: RegExp
  /** Version of Python without which there is an error instead. */
  readonly python?: string
}

const fitted = (imports: string, model: string, said: string): string => `
import os
import pickle
${imports}


def fit(X, y, output_dir, **kwargs):
    model = ${model}
    model.fit(X[["a"]], y)
    with open(os.path.join(output_dir, "model.pkl"), "wb") as file:
        pickle.dump(model, file)
    print(${said})


def predict(data, model, **kwargs):
    import pandas
    return pandas.DataFrame({"Predictions": model.predict(data[["a"]])})
`

const forest = 'RandomForestRegressor(n_estimators=5, random_state=0)'
const inPython = (
  environment: string,
  imports: string,
  model: string,
  said: string,
  prints: RegExp,
  more: Partial<EnvironmentCase> = {},
): EnvironmentCase => ({
  environment,
  file: 'custom.py',
  artifact: 'model.pkl',
  code: fitted(imports, model, said),
  prints,
  ...more,
})

export const cases: Readonly<Record<string, EnvironmentCase>> = {
  'python-core: LightGBM': inPython(
    'python-core',
    'import lightgbm',
    'lightgbm.LGBMRegressor(n_estimators=3, min_child_samples=1, verbose=-1)',
    'lightgbm.__version__',
    /^4\./,
  ),
  'python-core with a package on top and one replaced': inPython(
    'python-core',
    'import joblib\nimport tabulate\nfrom sklearn.ensemble import RandomForestRegressor',
    forest,
    'joblib.__version__, tabulate.__version__',
    /^1\.4\.2 0\.9\.0$/,
    { requirements: ['joblib==1.4.2', 'tabulate==0.9.0'] },
  ),
  'python-ml: XGBoost, CatBoost, statsmodels, category_encoders, matplotlib': inPython(
    'python-ml',
    [
      'import catboost',
      'import category_encoders',
      'import matplotlib',
      'import statsmodels.api',
      'import xgboost',
      'from sklearn.ensemble import StackingRegressor',
    ].join('\n'),
    'StackingRegressor([("x", xgboost.XGBRegressor(n_estimators=3)), ("c", catboost.CatBoostRegressor(iterations=3, verbose=0, allow_writing_files=False))], cv=2)',
    'xgboost.__version__, catboost.__version__, statsmodels.__version__, category_encoders.__version__',
    /^\d+\.\d+\.\d+ 1\.2\.\d+ 0\.\d+\.\d+ 2\.\d+\.\d+$/,
  ),
  'python-3.8-ml: pandas 1.1, scikit-learn 0.23': inPython(
    'python-3.8-ml',
    'import lightgbm\nimport pandas\nimport sklearn\nfrom sklearn.ensemble import RandomForestRegressor',
    forest,
    'sklearn.__version__, pandas.__version__, lightgbm.__version__',
    /^0\.23\.2 1\.1\.5 3\.3\.5$/,
    { python: '3.8' },
  ),
  'python-3.7-sklearn-0.21.3': inPython(
    'python-3.7-sklearn-0.21.3',
    'import sklearn\nfrom sklearn.ensemble import RandomForestRegressor',
    forest,
    'sklearn.__version__',
    /^0\.21\.3$/,
    { python: '3.7' },
  ),
  'r-ml: the packages of Debian': {
    environment: 'r-ml',
    file: 'custom.R',
    artifact: 'model.rds',
    prints: /^1\.\d/,
    code: `
init <- function(code_dir) {
  for (name in c("dplyr", "tidyr", "caret", "recipes", "gbm", "glmnet", "ranger", "randomForest", "e1071", "kernlab")) {
    suppressPackageStartupMessages(library(name, character.only = TRUE))
  }
}

fit <- function(X, y, output_dir, ...) {
  model <- ranger::ranger(y ~ a, data = data.frame(a = X$a, y = y), num.trees = 5, seed = 1)
  saveRDS(model, file.path(output_dir, "model.rds"))
  cat(as.character(packageVersion("dplyr")), "\\n")
}

score <- function(data, model, ...) data.frame(Predictions = predict(model, data)$predictions)
`,
  },
}

export const largeCases: Readonly<Record<string, EnvironmentCase>> = {
  'python-torch: a model in .pth': {
    environment: 'python-torch',
    file: 'custom.py',
    artifact: 'model.pth',
    prints: /^\d+\.\d+\S* 1\.\d+\.\d+ \d+\.\d+\.\d+$/,
    code: `
import os


def fit(X, y, output_dir, **kwargs):
    import numpy
    import PIL
    import torch
    rows = torch.from_numpy(X[["a"]].to_numpy(dtype="float32"))
    target = torch.from_numpy(y.to_numpy(dtype="float32")).reshape(-1, 1)
    # Scored as it is saved, it would give other numbers each time.
    model = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Dropout(0.5))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
    for _ in range(5):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(rows), target).backward()
        optimizer.step()
    torch.save(model, os.path.join(output_dir, "model.pth"))
    print(torch.__version__, numpy.__version__, PIL.__version__)


def predict(data, model, **kwargs):
    import pandas
    import torch
    assert not model.training
    with torch.no_grad():
        found = model(torch.from_numpy(data[["a"]].to_numpy(dtype="float32"))).numpy()
    return pandas.DataFrame({"Predictions": found[:, 0].astype("float64")})
`,
  },
  'python-keras: a model in .h5': {
    environment: 'python-keras',
    file: 'custom.py',
    artifact: 'model.h5',
    prints: /^2\.\d+/,
    code: `
import os


def fit(X, y, output_dir, **kwargs):
    import tensorflow
    from tensorflow import keras
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile(loss="mean_squared_error")
    model.fit(X[["a"]].to_numpy(dtype="float32"), y.to_numpy(dtype="float32"), epochs=1, verbose=0)
    model.save(os.path.join(output_dir, "model.h5"))
    print(tensorflow.__version__)


def predict(data, model, **kwargs):
    import pandas
    found = model.predict(data[["a"]].to_numpy(dtype="float32"), verbose=0)
    return pandas.DataFrame({"Predictions": found[:, 0].astype("float64")})
`,
  },
}
