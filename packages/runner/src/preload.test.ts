import { expect, it } from 'vitest'
import { preloadingFor } from './preload.ts'
import type { Environment } from './types.ts'

const environment: Environment = {
  name: 'python-ml',
  language: 'python',
  fingerprint: '',
  interpreter: '',
  roots: [],
  preload: ['numpy', 'pandas', 'joblib', 'sklearn.ensemble', 'sklearn.linear_model', 'lightgbm'],
}
const preloadOf = (...sources: string[]) => preloadingFor(environment, sources).preload

it('loads what the code imports, and what every session needs', () => {
  expect(preloadOf('import os\n')).toEqual(['numpy', 'pandas'])
  expect(preloadOf('import joblib, lightgbm as lgb\n')).toEqual(['numpy', 'pandas', 'joblib', 'lightgbm'])
  expect(preloadOf('x = 1\n', 'def f():\n    from sklearn.linear_model import Ridge\n')).toEqual([
    'numpy',
    'pandas',
    'sklearn.linear_model',
  ])
})

it('loads the parts of a package that is imported whole, and the package of a part', () => {
  expect(preloadOf('import sklearn\n')).toEqual(['numpy', 'pandas', 'sklearn.ensemble', 'sklearn.linear_model'])
  expect(preloadOf('from sklearn.linear_model._base import LinearModel\n')).toContain('sklearn.linear_model')
  expect(preloadOf('from lightgbmlike import Booster\n# import joblib is not needed\n')).toEqual(['numpy', 'pandas'])
})
