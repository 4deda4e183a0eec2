import type { Builder, Family } from '../build/family.ts'

const isotonic: Builder = (instance) => {
  // Renamed in 0.24.
  const isRenamed = instance.has('X_thresholds_')
  const xName = isRenamed ? 'X_thresholds_' : '_necessary_X_'
  const yName = isRenamed ? 'y_thresholds_' : '_necessary_y_'
  const x = instance.floats(xName)
  const y = instance.floats(yName, x.length)
  if (x.length === 0 || x.some((value, index) => index > 0 && !(value > (x[index - 1] as number))))
    throw instance.wrong(xName, 'ascending numbers')
  const outside = instance.text('out_of_bounds')
  if (outside !== 'raise' && outside !== 'nan' && outside !== 'clip')
    throw instance.wrong('out_of_bounds', 'raise, nan or clip')
  // The file does not say which scipy it was made with; the versions of scikit-learn go with those of scipy.
  const arithmetic = instance.isSingle(xName)
    ? instance.isSince(1, 5)
      ? 'float32 weights'
      : 'float32 slopes'
    : 'float64'
  return { kind: 'isotonic', name: instance.className, x, y, outside, arithmetic }
}

/** A line that never falls, or never rises. */
export const isotonicRegression: Family = {
  classes: {
    IsotonicRegression: { modules: 'sklearn.isotonic', build: isotonic },
  },
}
