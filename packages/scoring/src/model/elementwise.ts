import { numericRows, type NumbersExpected } from '../data/check.ts'
import { type Data, withValues } from '../data/data.ts'
import { logistic } from './numeric.ts'
import type { Scorer } from './scorer.ts'

/** The same function of every number. */
export type ElementwiseModel = {
  readonly kind: 'elementwise'
  readonly name: string
  /** Undefined where rows of any width are taken. */
  readonly columns: number | undefined
  /** `untouched`: the data pass as they are, whatever they hold. */
  readonly values: NumbersExpected['values'] | 'untouched'
  readonly apply: ElementwiseFunction
}

export type ElementwiseFunction =
  | { readonly type: 'function'; readonly name: FunctionName }
  /** 1 where the number is above the threshold, else 0. */
  | { readonly type: 'above'; readonly threshold: number }

export type FunctionName = keyof typeof functions

const radians = Math.PI / 180

/** numpy's functions of one number, by numpy's names. */
const functions = {
  identity: (x: number) => x,
  logistic,
  absolute: Math.abs,
  arccos: Math.acos,
  arccosh: Math.acosh,
  arcsin: Math.asin,
  arcsinh: Math.asinh,
  arctan: Math.atan,
  arctanh: Math.atanh,
  cbrt: Math.cbrt,
  ceil: Math.ceil,
  conjugate: (x: number) => x,
  cos: Math.cos,
  cosh: Math.cosh,
  deg2rad: (x: number) => x * radians,
  degrees: (x: number) => x * (180 / Math.PI),
  exp: Math.exp,
  exp2: (x: number) => 2 ** x,
  expm1: Math.expm1,
  fabs: Math.abs,
  floor: Math.floor,
  isfinite: (x: number) => Number(Number.isFinite(x)),
  isinf: (x: number) => Number(Math.abs(x) === Infinity),
  isnan: (x: number) => Number(Number.isNaN(x)),
  log: Math.log,
  log10: Math.log10,
  log1p: Math.log1p,
  log2: Math.log2,
  logical_not: (x: number) => Number(x === 0),
  negative: (x: number) => -x,
  positive: (x: number) => x,
  rad2deg: (x: number) => x * (180 / Math.PI),
  radians: (x: number) => x * radians,
  reciprocal: (x: number) => 1 / x,
  rint: (x: number) => roundHalfToEven(x),
  sign: Math.sign,
  signbit: (x: number) => Number(x < 0 || Object.is(x, -0)),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  square: (x: number) => x * x,
  tan: Math.tan,
  tanh: Math.tanh,
  trunc: Math.trunc,
}

export const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(functions, name)

const roundHalfToEven = (x: number): number => {
  const down = Math.floor(x)
  if (x - down !== 0.5) return Math.round(x)
  return down % 2 === 0 ? down : down + 1
}

export const compileElementwise = ({ name, columns, values, apply }: ElementwiseModel): Scorer => {
  const change = changeOf(apply)
  if (values === 'untouched' && apply.type === 'function' && apply.name === 'identity')
    return { name, columns, methods: { transform: { apply: (data) => data } } }
  const expected: NumbersExpected = { model: name, columns, values: values === 'untouched' ? 'any' : values }
  return {
    name,
    columns,
    methods: {
      transform: {
        // What is not stored in sparse rows stays zero: numpy's functions see stored values only.
        apply: (data: Data) => {
          const rows = numericRows(data, expected)
          return withValues(rows, rows.values.map(change))
        },
      },
    },
  }
}

const changeOf = (apply: ElementwiseFunction): ((x: number) => number) => {
  if (apply.type === 'function') return functions[apply.name]
  const { threshold } = apply
  return (x) => (x > threshold ? 1 : 0)
}
