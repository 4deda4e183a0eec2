import type { ColumnType, Finding } from '@modelsmith/table'
import { finding } from '../errors.ts'

/** A kind of cells that an algorithm takes; `any` is a number where a cell reads as one, else a text. */
export type InputKind = 'number' | 'text' | 'boolean' | 'any'
/** `place` counts the columns of the training from 0, also those that nothing reads. */
export type AlgorithmInput = {
  readonly name: string
  readonly kind: InputKind
  readonly isNamed: boolean
  readonly place: number
  /** The only type that its field may have; those that fit the kind where it is not there. */
  readonly type?: ColumnType
}
export type AlgorithmInputs = {
  readonly inputs: readonly AlgorithmInput[]
  /** Columns of the training. */
  readonly width: number
  readonly isVariable: boolean
  /** Inputs that may be added to those with names; any number where it is not there. */
  readonly fewerThan?: number
}

type Cell = number | string | boolean | null
export type ApplicationInput = {
  readonly input: string
  readonly field: string | null
  readonly type: ColumnType
  readonly default: Cell
  readonly unit: string | null
}
export type Application = {
  readonly inputs: readonly ApplicationInput[]
  readonly passThrough: readonly { readonly field: string; readonly type: ColumnType }[]
}
export type Field = { readonly name: string; readonly type: ColumnType }
/** A field as a header names it, or a dataset, which knows its type too. */
export type KnownField = { readonly name: string; readonly type?: ColumnType | undefined }

const fitting: Readonly<Record<InputKind, readonly ColumnType[]>> = {
  number: ['number', 'integer', 'boolean'],
  boolean: ['boolean'],
  text: ['text', 'category'],
  any: ['number', 'integer', 'boolean', 'category', 'text'],
}
const usual: Readonly<Record<InputKind, ColumnType>> = {
  number: 'number',
  boolean: 'boolean',
  text: 'text',
  any: 'text',
}

/** Whether cells of a field's type can be given to an input. */
export const fits = (kind: InputKind, type: ColumnType): boolean => fitting[kind].includes(type)
type Taken = Pick<AlgorithmInput, 'kind' | 'type'>
export const typesFor = ({ kind, type }: Taken): readonly ColumnType[] => (type === undefined ? fitting[kind] : [type])
const usualTypeOf = ({ kind, type }: Taken): ColumnType => type ?? usual[kind]

/** The application before anybody has said anything: inputs with names of their own have fields of these names. */
export const initialApplication = ({ inputs }: AlgorithmInputs): Application => ({
  inputs: inputs.map((input) => ({
    input: input.name,
    field: input.isNamed ? input.name : null,
    type: usualTypeOf(input),
    default: null,
    unit: null,
  })),
  passThrough: [],
})

/**
 * Fields for the inputs: by name where a field has the input's, else in the order of the fields where there are as many as the training
 * had columns. What finds no field keeps the one it had; where inputs may be added, every other field becomes one.
 */
export const matchFields = (
  { inputs, width, isVariable }: AlgorithmInputs,
  before: Application,
  fields: readonly KnownField[],
): Application => {
  const byName = new Map(fields.map((field) => [field.name, field]))
  const kept = new Map(before.inputs.map((each) => [each.input, each]))
  const isByOrder = width > 0 && inputs.every(({ name }) => !byName.has(name)) && fields.length === width
  const named = inputs.map((input) => {
    const { name, place, type } = input
    const field = isByOrder ? fields[place] : byName.get(name)
    const own = kept.get(name) ?? { input: name, field: null, type: usualTypeOf(input), default: null, unit: null }
    return field === undefined ? own : { ...own, field: field.name, type: type ?? field.type ?? own.type }
  })
  return { ...before, inputs: isVariable ? [...named, ...addedInputs(named, kept, fields)] : named }
}

/** An input for each field that no other reads. */
const addedInputs = (
  named: readonly ApplicationInput[],
  kept: ReadonlyMap<string, ApplicationInput>,
  fields: readonly KnownField[],
): readonly ApplicationInput[] => {
  const used = new Set(named.map(({ field }) => field))
  return fields
    .filter(({ name }) => !used.has(name))
    .map(({ name, type }) => {
      const own = kept.get(name) ?? { type: usual.any, default: null, unit: null }
      return { ...own, input: name, field: name, type: type ?? own.type }
    })
}

/** The fields that an application sends: those that inputs read, each once, then those that are only handed on. */
export const fieldsOf = ({ inputs, passThrough }: Application): readonly (Field & { readonly required: boolean })[] => {
  const fields = new Map<string, Field & { readonly required: boolean }>()
  for (const { field, type, default: fallback } of inputs)
    if (field !== null) fields.set(field, { name: field, type, required: fallback === null })
  for (const { field, type } of passThrough)
    if (!fields.has(field)) fields.set(field, { name: field, type, required: false })
  return [...fields.values()]
}

/** Everything that keeps an application from being used, at once. */
export const checkApplication = (
  { inputs, isVariable, fewerThan = Infinity }: AlgorithmInputs,
  application: Application,
): readonly Finding[] => {
  const known = new Map(inputs.map((input) => [input.name, input]))
  const given = new Map(application.inputs.map((each) => [each.input, each]))
  const findings: Finding[] = []
  const note = (...[code, values, pointer]: Noted) =>
    findings.push(finding(code, values as never, { place: { pointer } }))
  for (const { name } of inputs)
    if (!given.has(name)) note('application.noInput', { input: name }, '/application/inputs')
  if (isVariable && inputs.length + application.inputs.length === 0)
    note('application.noFields', {}, '/application/inputs')
  const further = application.inputs.filter(({ input }) => !known.has(input)).length
  if (isVariable && further >= fewerThan)
    note('application.furtherInputs', { further, fewerThan }, '/application/inputs')
  const users = new Map<string, string>()
  const seen = new Set<string>()
  for (const [index, { input, field, type, default: fallback }] of application.inputs.entries()) {
    const at = `/application/inputs/${index}`
    const taken: Taken | undefined = known.get(input) ?? (isVariable ? { kind: 'any' } : undefined)
    if (seen.has(input)) note('application.inputTwice', { input }, `${at}/input`)
    seen.add(input)
    if (taken === undefined) {
      note('application.unknownInput', { input }, `${at}/input`)
      continue
    }
    if (!typesFor(taken).includes(type)) {
      const kind = taken.type === 'date' ? 'date' : taken.kind
      const values = { input, field: field ?? '', kind, type, fitting: typesFor(taken).join(', ') }
      note('application.type', values, `${at}/type`)
    }
    if (fallback !== null && !isOfType(fallback, type)) note('application.default', { input, type }, `${at}/default`)
    if (field === null) {
      note('application.noField', { input }, `${at}/field`)
      continue
    }
    const other = users.get(field)
    if (other !== undefined) note('application.fieldTwice', { field, one: other, other: input }, `${at}/field`)
    users.set(field, input)
  }
  const handedOn = new Set<string>()
  for (const [index, { field, type }] of application.passThrough.entries()) {
    const at = `/application/passThrough/${index}`
    if (handedOn.has(field)) note('application.passThroughTwice', { field }, at)
    handedOn.add(field)
    const read = application.inputs.find((each) => each.field === field)
    if (read !== undefined && read.type !== type)
      note('application.passThroughType', { field, type, other: read.type }, at)
  }
  return findings
}

type Noted = readonly [code: Parameters<typeof finding>[0] & `application.${string}`, values: object, pointer: string]

const isOfType = (value: Exclude<Cell, null>, type: ColumnType): boolean => {
  if (type === 'number') return typeof value === 'number'
  if (type === 'integer') return typeof value === 'number' && Number.isInteger(value)
  return type === 'boolean' ? typeof value === 'boolean' : typeof value === 'string'
}
