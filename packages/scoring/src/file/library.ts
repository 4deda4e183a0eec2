const libraries: Readonly<Record<string, string>> = {
  sklearn: 'scikit-learn',
  lightgbm: 'LightGBM',
  xgboost: 'XGBoost',
  catboost: 'CatBoost',
}

/** The library of a class, by the module that it lives in. */
export const libraryOf = (module: string): string => {
  const root = module.split('.')[0] as string
  return libraries[root] ?? root
}
