import { scoringError } from '../errors.ts'
import type { Model } from '../model/model.ts'
import type { Read } from '../stages/columns.ts'
import { columnsOf, type StageModel } from '../stages/stage.ts'
import type { InputColumn } from './input.ts'

/** The stages of a model of Spark's, in their order; undefined for other models. */
export const stagesOf = (model: Model): readonly StageModel[] | undefined => {
  if (model.kind === 'stage') return [model]
  if (model.kind === 'delegate') return stagesOf(model.model)
  if (model.kind !== 'pipeline' || model.steps.length === 0) return undefined
  const steps = model.steps.map(stagesOf)
  return steps.every((step) => step !== undefined) ? steps.flat() : undefined
}

/**
 * The columns that the stages read and none of them makes. A label is not among them, although a stage makes numbers of its texts: rows
 * that are scored have none.
 */
export const columnsRead = (stages: readonly StageModel[]): readonly Read[] => {
  const all = stages.map(columnsOf)
  const predictor = all.findLastIndex(({ predicts }) => predicts === true)
  const made = new Set<string>()
  const reads = new Map<string, Read>()
  for (const [at, { reads: own, writes }] of all.entries()) {
    const laterReads = new Set(all.slice(at + 1).flatMap((later) => later.reads.map(({ name }) => name)))
    const isLabel = (place: number): boolean =>
      stages[at]?.stage.kind === 'textToIndex' && at < predictor && !laterReads.has(writes[place] as string)
    for (const [place, read] of own.entries()) {
      if (made.has(read.name) || read.isOptional === true || isLabel(place)) continue
      const width = read.size ?? widthNeeded(read.widthOf, all.slice(at + 1))
      const known = reads.get(read.name)
      const next = width === undefined ? read : { ...read, size: width }
      reads.set(read.name, known === undefined ? next : narrower(known, next))
    }
    for (const name of writes) made.add(name)
  }
  return [...reads.values()]
}

/** The columns that the stages make, in their order. */
export const columnsMade = (stages: readonly StageModel[]): readonly string[] => [
  ...new Set(stages.flatMap((stage) => columnsOf(stage).writes).filter((name) => name !== '')),
]

/** What later stages ask of vectors that are as wide as the ones that are read. */
const widthNeeded = (
  name: string | undefined,
  stages: readonly { readonly reads: readonly Read[] }[],
): number | undefined => {
  let wanted = name
  for (const { reads } of stages) {
    const read = reads.find((one) => one.name === wanted)
    if (read?.size !== undefined) return read.size
    wanted = read?.widthOf ?? wanted
  }
  return undefined
}

/** Two stages read one column: what either knows of it. */
const narrower = (a: Read, b: Read): Read => {
  const [loose, exact] = isLoose(a) ? [a, b] : [b, a]
  return { ...loose, ...exact }
}

const isLoose = ({ kind, size }: Read): boolean =>
  kind === 'numberOrText' || kind === 'numberOrVector' || (kind === 'vector' && size === undefined)

/**
 * The columns of the rows that stages take. `names` are those that the rows have, where that is known: parts of vectors of which no
 * stage tells how many there are.
 */
export const stageColumns = (
  stages: readonly StageModel[],
  model: string,
  names: readonly string[] = [],
): readonly InputColumn[] =>
  columnsRead(stages).flatMap((read): readonly InputColumn[] => {
    const { name, kind, type, values } = read
    const more = {
      ...(type === undefined ? {} : { numberType: type }),
      ...(values === undefined || values.length === 0 ? {} : { values }),
    }
    switch (kind) {
      case 'number':
        return [{ name, isNamed: true, type: 'number', ...more }]
      case 'text':
        return [{ name, isNamed: true, type: 'text', ...more }]
      case 'texts':
        return [{ name, isNamed: true, type: 'text', isList: true }]
      case 'numberOrText':
        return [{ name, isNamed: true, type: 'any' }]
      case 'numberOrVector': {
        const width = names.includes(name) ? 0 : partsOf(name, names)
        return width === 0 ? [{ name, isNamed: true, type: 'number' }] : vectorColumns(name, width)
      }
      case 'vector':
        return vectorColumns(name, read.size ?? (partsOf(name, names) || unknownWidth(model, name)))
    }
  })

const vectorColumns = (vector: string, width: number): readonly InputColumn[] =>
  Array.from({ length: width }, (_, part) => ({ name: `${vector}:${part}`, isNamed: true, type: 'number', vector }))

/** How many parts of a vector there are among names, from the first one on. */
const partsOf = (vector: string, names: readonly string[]): number => {
  const known = new Set(names)
  let parts = 0
  while (known.has(`${vector}:${parts}`)) parts++
  return parts
}

const unknownWidth = (name: string, vector: string): never => {
  throw scoringError('model.input', {
    name,
    reason: `it does not tell how wide the vectors of "${vector}" are, and there is no column "${vector}:0"`,
  })
}
