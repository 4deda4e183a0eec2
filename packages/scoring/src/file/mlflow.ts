import { parse } from 'yaml'
import { scoringError } from '../errors.ts'
import { decodeUtf8 } from '../pickle/text.ts'
import type { ZipEntry } from '../zip/zip.ts'

/** The model's own file in a folder that MLflow saved, and the columns that its signature names. */
export type MlflowModel = { readonly content: Uint8Array; readonly featureNames: readonly string[] | undefined }

const description = /(^|\/)MLmodel$/
/** Signatures name every column: 20,000 of them take a megabyte. */
const mostBytes = 2 ** 20

/** Which key of a flavour names its file. Spark's flavour holds a folder as Spark saves it, which is found by itself. */
const flavors: Readonly<Record<string, string>> = { sklearn: 'pickled_model', lightgbm: 'data', xgboost: 'data' }

/** What an archive holds of an MLflow model; undefined where it holds none. */
export const mlflowModel = (entries: readonly ZipEntry[]): MlflowModel | undefined => {
  const [about] = entries.filter(({ name }) => description.test(name)).toSorted((a, b) => a.name.length - b.name.length)
  if (about === undefined) return undefined
  const top = about.name.replace(/MLmodel$/, '')
  const saved = described(about)
  const known = Object.entries(flavors).find(([flavor]) => isRecord(saved.flavors[flavor]))
  if (known === undefined) throw scoringError('mlflow.flavor', { flavors: Object.keys(saved.flavors) })
  const [flavor, key] = known
  const path = (saved.flavors[flavor] as Record<string, unknown>)[key]
  if (typeof path !== 'string') throw invalid(`its flavour ${flavor} does not say which file is the model (${key})`)
  const file = entries.find(({ name }) => name === `${top}${path}`)
  if (file === undefined) throw invalid(`the model's file ${path} is not in the archive`)
  const content = file.read()
  // Else archives could lie within each other without end.
  if (content[0] === 0x50 && content[1] === 0x4b)
    throw scoringError('mlflow.flavor', { flavors: [`${flavor} in a zip`] })
  return { content, featureNames: saved.inputs }
}

const invalid = (reason: string) => scoringError('mlflow.invalid', { reason })

type Described = {
  readonly flavors: Readonly<Record<string, unknown>>
  readonly inputs: readonly string[] | undefined
}

const described = (about: ZipEntry): Described => {
  if (about.size > mostBytes) throw invalid(`it has ${about.size} bytes; the limit is ${mostBytes}`)
  const text = decodeUtf8(about.read())
  if (text === undefined) throw invalid('it is not UTF-8')
  const parsed = orInvalid('it is not YAML', () => parse(text, { maxAliasCount: 0, logLevel: 'error' }) as unknown)
  if (!isRecord(parsed) || !isRecord(parsed['flavors'])) throw invalid('it has no flavours')
  const signature = parsed['signature']
  return { flavors: parsed['flavors'], inputs: isRecord(signature) ? inputsOf(signature['inputs']) : undefined }
}

/** The names of a signature's columns, a text of JSON; undefined where it is of a tensor, whose columns have none. */
const inputsOf = (text: unknown): readonly string[] | undefined => {
  if (typeof text !== 'string') return undefined
  const columns = orInvalid('its signature is not JSON', () => JSON.parse(text) as unknown)
  if (!Array.isArray(columns)) return undefined
  const names = columns.map((column: unknown) => (isRecord(column) ? column['name'] : undefined))
  return names.every((name) => typeof name === 'string') ? names : undefined
}

const orInvalid = <T>(reason: string, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    throw invalid(`${reason}: ${(error as Error).message.split('\n')[0]?.slice(0, 200)}`)
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
