const modules: ReadonlySet<string> = new Set([
  'numpy',
  'numpy.core.umath',
  'numpy.core._multiarray_umath',
  'numpy._core.umath',
  'numpy._core._multiarray_umath',
])

/** numpy's functions of one number that transformers use, separated by blanks. */
const universalFunctions = `absolute arccos arccosh arcsin arcsinh arctan arctanh cbrt ceil conjugate cos cosh deg2rad
  degrees exp exp2 expm1 fabs floor invert isfinite isinf isnan log log10 log1p log2 logical_not negative positive rad2deg
  radians reciprocal rint sign signbit sin sinh spacing sqrt square tan tanh trunc`

const names: ReadonlySet<string> = new Set(universalFunctions.split(/\s+/))

/** The same names by each module that numpy's versions have called them in. */
export const functionsByModule: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from(modules, (module) => [module, universalFunctions]),
)

export const isUniversalFunction = (module: string, name: string): boolean => modules.has(module) && names.has(name)
