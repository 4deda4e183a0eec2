import { ModelsmithError, type SerializedError } from '@modelsmith/table'
import type { AuditFinding } from '../audit/audit.ts'
import { type BoosterFormat, boosterFormat, openBooster } from '../boosters/open.ts'
import { buildModel, findModel } from '../build/build.ts'
import { allowList } from '../build/registry.ts'
import { labelTexts } from '../data/labels.ts'
import { scoringError } from '../errors.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { columnsMade, columnsRead, stagesOf } from '../input/stage-columns.ts'
import { compile } from '../model/compile.ts'
import type { MethodName, Scorer } from '../model/scorer.ts'
import type { Instance } from '../python/instance.ts'
import { reprOf } from '../python/repr.ts'
import { buildSpark } from '../spark/build.ts'
import type { Folder } from '../spark/folder.ts'
import { type Described, describeSpark } from '../spark/describe.ts'
import { type Examination, type ExamineOptions, examine } from './examine.ts'
import { featureNames } from './feature-names.ts'
import { libraryOf } from './library.ts'

/**
 * `native` can be scored here; `unsupported` is harmless as far as is known, and cannot; `unsafe` would run what it should not where it is
 * loaded; `limit` asks for more than a file may; `invalid` is damaged or something else.
 */
export type Verdict = 'native' | 'unsupported' | 'unsafe' | 'limit' | 'invalid'

/** What a file is, as far as can be told without running any of it. */
export type Inspection = {
  readonly verdict: Verdict
  readonly bytes: number
  readonly contentBytes: number
  readonly format: Examination['format'] | BoosterFormat
  readonly compression: Examination['compression'] | null
  /** Why it is not native. */
  readonly problem: SerializedError | null
  /** Every name in it that is dangerous, or not known. */
  readonly findings: readonly AuditFinding[]
  readonly model: InspectedModel | null
}

export type InspectedModel = {
  readonly library: string
  readonly version: string | null
  readonly module: string
  readonly className: string
  /** As Python would write them, long ones cut. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[]
  /** Width of the rows that it takes; null where they are texts or mappings, or nobody can tell. */
  readonly features: number | null
  readonly featureNames: readonly string[] | null
  /** A list for each target. */
  readonly classes: readonly (readonly string[])[] | null
  readonly methods: readonly MethodName[]
  /** Of a saved Spark model: its id, the columns that it takes and adds, and what is within. */
  readonly spark: Pick<Described, 'uid' | 'inputs' | 'outputs' | 'stages'> | null
}

/** Never throws for what a file holds: what is wrong with it is part of the answer. */
export const inspect = (bytes: Uint8Array, options: ExamineOptions = {}): Inspection => {
  const limits = options.limits ?? defaultLimits
  const booster = boosterFormat(bytes)
  if (booster !== undefined) return inspectedBooster(bytes, booster, limits)
  const { root, folder, within, problem, findings, format, compression, contentBytes } = examine(
    bytes,
    allowList,
    options,
  )
  const about = { bytes: bytes.length, contentBytes, format, compression: compression ?? null, findings }
  if (folder !== undefined) return { ...about, ...inspectedSpark(folder, limits) }
  if (within !== undefined) {
    const { verdict, problem: why, model } = inspect(within.content, options)
    const named = model === null ? null : { ...model, featureNames: model.featureNames ?? within.featureNames ?? null }
    return { ...about, verdict, problem: why, model: named }
  }
  if (problem !== undefined || root === undefined) {
    const why = problem ?? scoringError('modelFile.notNative', { format })
    return { ...about, verdict: verdictOf(why), problem: why.toJSON(), model: null }
  }
  const opened = attempt(() => findModel(root, limits))
  if (opened instanceof ModelsmithError)
    return { ...about, verdict: verdictOf(opened), problem: opened.toJSON(), model: null }
  const scorer = attempt(() => compile(buildModel(root, limits), { kernels: 'plain' }))
  const isNative = !(scorer instanceof ModelsmithError)
  return {
    ...about,
    verdict: isNative ? 'native' : verdictOf(scorer),
    problem: isNative ? null : scorer.toJSON(),
    model: modelOf(opened, isNative ? scorer : undefined, limits),
  }
}

const inspectedBooster = (bytes: Uint8Array, format: BoosterFormat, limits: Limits): Inspection => {
  const about = { bytes: bytes.length, contentBytes: bytes.length, format, compression: null, findings: [] }
  const opened = attempt(() => {
    const booster = openBooster(bytes, format, limits)
    return { ...booster.about, scorer: compile(booster.model, { kernels: 'plain' }) }
  })
  if (opened instanceof ModelsmithError)
    return { ...about, verdict: verdictOf(opened), problem: opened.toJSON(), model: null }
  const { library, version, featureNames: names, parameters, scorer } = opened
  return {
    ...about,
    verdict: 'native',
    problem: null,
    model: {
      library,
      version,
      module: format === 'lightgbm' ? 'lightgbm.basic' : 'xgboost.core',
      className: 'Booster',
      parameters,
      features: scorer.columns ?? null,
      featureNames: names ?? null,
      classes: null,
      methods: Object.keys(scorer.methods) as MethodName[],
      spark: null,
    },
  }
}

const inspectedSpark = (folder: Folder, limits: Limits): Pick<Inspection, 'verdict' | 'problem' | 'model'> => {
  const found = attempt(() => describeSpark(folder, limits))
  if (found instanceof ModelsmithError) return { verdict: verdictOf(found), problem: found.toJSON(), model: null }
  const { version, module, className, parameters, ...spark } = found
  const built = attempt(() => {
    const model = buildSpark(folder, limits)
    return { scorer: compile(model, { kernels: 'plain' }), stages: stagesOf(model) }
  })
  const isNative = !(built instanceof ModelsmithError)
  // A model that can be scored says by itself what it reads and makes; of others only the names in their parameters are known.
  const columns =
    isNative && built.stages !== undefined
      ? { inputs: columnsRead(built.stages).map(({ name }) => name), outputs: columnsMade(built.stages) }
      : {}
  return {
    verdict: isNative ? 'native' : verdictOf(built),
    problem: isNative ? null : built.toJSON(),
    model: {
      library: 'Spark',
      version,
      module,
      className,
      parameters,
      features: null,
      featureNames: null,
      classes: null,
      methods: isNative ? (Object.keys(built.scorer.methods) as MethodName[]) : [],
      spark: { ...spark, ...columns },
    },
  }
}

const attempt = <T>(work: () => T): T | ModelsmithError => {
  try {
    return work()
  } catch (error) {
    if (error instanceof ModelsmithError) return error
    throw error
  }
}

const verdictOf = ({ kind }: ModelsmithError): Verdict =>
  kind === 'unsupported' || kind === 'unsafe' || kind === 'limit' ? kind : 'invalid'

const modelOf = (instance: Instance, scorer: Scorer | undefined, limits: Limits): InspectedModel => {
  const classes = scorer?.methods.predict?.labels
  return {
    library: libraryOf(instance.module),
    version: instance.version?.join('.') ?? null,
    module: instance.module,
    className: instance.className,
    parameters: instance.parameters.map(([name, value]) => ({ name, value: reprOf(value, limits) })),
    features: scorer?.columns ?? null,
    featureNames: featureNames(instance) ?? null,
    classes: classes?.map(labelTexts) ?? null,
    methods: scorer === undefined ? [] : (Object.keys(scorer.methods) as MethodName[]),
    spark: null,
  }
}
