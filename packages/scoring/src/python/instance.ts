import { scoringError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import { arrayOf, type NumpyArray } from '../numpy/array.ts'
import { float64sOf } from '../numpy/convert.ts'
import { scalarOf } from '../numpy/scalar.ts'
import type { CallNode, Value } from '../pickle/graph.ts'
import { describe } from '../pickle/machine.ts'
import { isSparseMatrix, sparseOf, toDense } from '../scipy/sparse.ts'
import { canonicalName, globalOf } from './names.ts'
import { itemsOf, pairsOf, textMapOf } from './values.ts'
import { labelsOf } from '../numpy/labels.ts'
import type { Label, Labels } from '../data/labels.ts'

/** Rows × columns of float64, row after row. */
export type Matrix = { readonly rows: number; readonly columns: number; readonly values: Float64Array }

/**
 * A Python object as its pickle describes it: class, constructor arguments, attributes. Attributes are read with the type
 * that they must have; what is missing or of another type is an error that names class and attribute.
 */
export class Instance {
  readonly module: string
  readonly className: string
  /** `module name`, the key of the registry. */
  readonly key: string
  readonly args: readonly Value[]
  readonly limits: Limits
  /** What the pickle says; the same node is the same object. */
  readonly node: CallNode
  readonly #attributes: ReadonlyMap<string, Value>

  constructor(call: CallNode, limits: Limits) {
    const made = madeBy(call)
    this.module = made.module
    this.className = made.name
    this.key = canonicalName(made)
    this.args = made.args
    this.limits = limits
    this.node = call
    this.#attributes = attributesOf(call)
  }

  /** The version that scikit-learn writes into its pickles, as [0, 21, 3]; undefined for other classes. */
  get version(): readonly number[] | undefined {
    const text = this.#attributes.get('_sklearn_version')
    const parts = typeof text === 'string' ? text.split('.').map((part) => Number.parseInt(part, 10)) : []
    return Number.isInteger(parts[0]) && Number.isInteger(parts[1]) ? parts : undefined
  }

  /** The library is this version or newer; also where the pickle does not say, which scikit-learn's estimators do since 0.18. */
  isSince(major: number, minor: number, patch = 0): boolean {
    const { version } = this
    if (version === undefined && this.module.startsWith('sklearn.')) throw this.wrong('_sklearn_version', 'a version')
    if (version === undefined) return true
    const [ownMajor = 0, ownMinor = 0, ownPatch = 0] = version
    if (ownMajor !== major) return ownMajor > major
    return ownMinor > minor || (ownMinor === minor && ownPatch >= patch)
  }

  /** What the constructor was given: the library keeps each parameter under its own name. */
  get parameters(): readonly (readonly [string, Value])[] {
    return [...this.#attributes].filter(([name]) => !name.startsWith('_') && !name.endsWith('_'))
  }

  has(attribute: string): boolean {
    return this.#attributes.has(attribute)
  }

  /** None counts as absent. */
  get(attribute: string): Value | undefined {
    return this.#attributes.get(attribute) ?? undefined
  }

  /** The attribute itself. A name that ends in `_` is set by fitting, so that its absence says "never fitted". */
  need(attribute: string): Value {
    const value = this.get(attribute)
    if (value !== undefined) return value
    if (attribute.endsWith('_') && !attribute.startsWith('_'))
      throw scoringError('model.notFitted', { name: this.className, attribute })
    throw this.wrong(attribute, 'a value')
  }

  wrong(attribute: string, expected: string): Error {
    const found = this.has(attribute) ? describe(this.#attributes.get(attribute) ?? null) : 'missing'
    return scoringError('model.attribute', { name: this.className, attribute, expected, found })
  }

  /** A number of Python or numpy, or an array of one. */
  number(attribute: string): number {
    const value = this.need(attribute)
    const scalar = scalarOf(value)
    if (scalar !== undefined && scalar.type !== 'string' && scalar.type !== 'none') return Number(scalar.value)
    const array = arrayOf(value, this.limits)
    const values = array === undefined ? undefined : float64sOf(array)
    if (values?.length === 1) return values[0] as number
    throw this.wrong(attribute, 'a number')
  }

  numberOr<T>(attribute: string, otherwise: T): number | T {
    return this.get(attribute) === undefined ? otherwise : this.number(attribute)
  }

  /** A whole number within the bounds; what sizes and indices must be. */
  integer(attribute: string, { min = 0, max = 2 ** 31 - 1 }: { min?: number; max?: number } = {}): number {
    const value = this.number(attribute)
    if (!Number.isInteger(value) || value < min || value > max)
      throw this.wrong(attribute, `a whole number from ${min} to ${max}`)
    return value
  }

  text(attribute: string): string {
    const scalar = scalarOf(this.need(attribute))
    if (scalar?.type !== 'string') throw this.wrong(attribute, 'a text')
    return scalar.value
  }

  /** The text of a parameter; undefined where it is absent or something else, such as a callable. */
  textOr<T>(attribute: string, otherwise: T): string | T {
    const scalar = scalarOf(this.get(attribute))
    return scalar?.type === 'string' ? scalar.value : otherwise
  }

  boolean(attribute: string, otherwise = false): boolean {
    const scalar = scalarOf(this.get(attribute))
    if (scalar === undefined) return otherwise
    return scalar.type === 'boolean' ? scalar.value : Number(scalar.value) !== 0
  }

  array(attribute: string): NumpyArray {
    const array = arrayOf(this.need(attribute), this.limits)
    if (array === undefined) throw this.wrong(attribute, 'an array')
    return array
  }

  /** Whether an array is one of float32. */
  isSingle(attribute: string): boolean {
    const dtype = arrayOf(this.get(attribute), this.limits)?.dtype
    return dtype?.kind === 'f' && dtype.itemSize === 4
  }

  /** Numbers in C order whatever the shape; a single number is an array of one. */
  floats(attribute: string, length?: number): Float64Array {
    const value = this.need(attribute)
    const array = arrayOf(value, this.limits)
    const values = array === undefined ? this.#floatsOfList(value, attribute) : float64sOf(array)
    if (values === undefined) throw this.wrong(attribute, 'numbers')
    if (length !== undefined && values.length !== length)
      throw scoringError('model.attribute', {
        name: this.className,
        attribute,
        expected: `${length} numbers`,
        found: `${values.length} numbers`,
      })
    return values
  }

  floatsOr<T>(attribute: string, otherwise: T, length?: number): Float64Array | T {
    return this.get(attribute) === undefined ? otherwise : this.floats(attribute, length)
  }

  #floatsOfList(value: Value, attribute: string): Float64Array {
    const items = itemsOf(value)
    if (items === undefined) return Float64Array.of(this.number(attribute))
    return Float64Array.from(items, (item) => {
      const scalar = scalarOf(item)
      if (scalar === undefined || scalar.type === 'string' || scalar.type === 'none')
        throw this.wrong(attribute, 'numbers')
      return Number(scalar.value)
    })
  }

  /** A matrix; one dimension is one row, and scipy's sparse matrices are written out. */
  matrix(attribute: string): Matrix {
    const value = this.need(attribute)
    if (isSparseMatrix(value)) return toDense(sparseOf(value, this.limits), this.limits)
    const array = this.array(attribute)
    const values = float64sOf(array)
    if (values === undefined || array.shape.length > 2) throw this.wrong(attribute, 'a matrix of numbers')
    const columns = array.shape.at(-1) ?? 1
    return { rows: array.shape.length === 2 ? (array.shape[0] as number) : 1, columns, values }
  }

  /** Dimensions of an array, or of a sparse matrix. */
  shape(attribute: string): readonly number[] {
    const value = this.need(attribute)
    if (!isSparseMatrix(value)) return arrayOf(value, this.limits)?.shape ?? []
    const { rows, columns } = sparseOf(value, this.limits)
    return [rows, columns]
  }

  labels(attribute: string): Labels {
    const labels = labelsOf(this.need(attribute), this.limits)
    if (labels === undefined) throw this.wrong(attribute, 'labels')
    // numpy.unique made them; of two that are the same, nobody could tell which was predicted.
    if (attribute === 'classes_' && new Set<Label>(labels.values).size < labels.values.length)
      throw this.wrong(attribute, 'labels that all differ')
    return labels
  }

  /** Items of a list, tuple, set or object array. */
  items(attribute: string): readonly Value[] {
    const value = this.need(attribute)
    const items = itemsOf(value) ?? arrayOf(value, this.limits)?.objects
    if (items === undefined) throw this.wrong(attribute, 'a list')
    return items
  }

  pairs(attribute: string): readonly (readonly [Value, Value])[] {
    const pairs = pairsOf(this.need(attribute))
    if (pairs === undefined) throw this.wrong(attribute, 'a dict')
    return pairs
  }

  instance(attribute: string): Instance {
    const instance = instanceOf(this.need(attribute), this.limits)
    if (instance === undefined) throw this.wrong(attribute, 'an object')
    return instance
  }

  instances(attribute: string): readonly Instance[] {
    return this.items(attribute).map((item) => {
      const instance = instanceOf(item, this.limits)
      if (instance === undefined) throw this.wrong(attribute, 'a list of objects')
      return instance
    })
  }
}

/** The object that a value is; undefined for plain data. */
export const instanceOf = (value: Value | undefined, limits: Limits): Instance | undefined => {
  if (typeof value !== 'object' || value?.kind !== 'call' || globalOf(value.callable) === undefined) return undefined
  if (scalarOf(value) !== undefined || itemsOf(value) !== undefined) return undefined
  return new Instance(value, limits)
}

/** What class a call makes: its callee, or the first argument of what makes an instance of that. */
const madeBy = (
  call: CallNode,
): { readonly module: string; readonly name: string; readonly args: readonly Value[] } => {
  const callee = globalOf(call.callable) as NonNullable<ReturnType<typeof globalOf>>
  const first = globalOf(call.args[0] ?? null)
  const makesFirst =
    first !== undefined &&
    (/^copyreg (_reconstructor|__newobj__)$/.test(canonicalName(callee)) || callee.name === 'newObj')
  return makesFirst
    ? { module: first.module, name: first.name, args: call.args.slice(1) }
    : { module: callee.module, name: callee.name, args: call.args }
}

/** State is a dict, or a pair of the dict and the dict of slots; later states win. */
const attributesOf = (call: CallNode): ReadonlyMap<string, Value> => {
  const attributes = new Map<string, Value>()
  for (const state of call.states) {
    const parts = textMapOf(state) === undefined ? (itemsOf(state) ?? []) : [state]
    for (const part of parts) for (const [name, value] of textMapOf(part) ?? []) attributes.set(name, value)
  }
  return attributes
}
