import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataType, EstimatorType, ParameterValues } from '@modelsmith/domain'
import { parse } from 'yaml'
import type { TableName } from './rows.ts'

/** An entry, or an entry with parameters. Each reads what the one before gave, unless it says what it reads: `data`, or steps by number. */
export type Step =
  | string
  | {
      readonly task: string
      readonly parameters?: ParameterValues
      readonly reads?: readonly ('data' | number)[]
    }

/** A blueprint with an entry on a real table, and the same in plain Python; `README.md` says what each key is. */
type Case = {
  readonly table: TableName
  readonly targetType: EstimatorType
  readonly target?: string
  readonly dataTypes: DataType[]
  readonly steps: readonly Step[]
  readonly tolerance?: number
  readonly python: string
}
export type LibraryCase = Case & { readonly entry: string; readonly name: string }

const folder = join(import.meta.dirname, 'cases')

/** The cases of every entry, by its name. */
export const readCases = (): readonly LibraryCase[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .flatMap((file) => {
      const entry = file.slice(0, -'.yaml'.length)
      const cases = parse(readFileSync(join(folder, file), 'utf8')) as readonly Case[]
      return cases.map((each) => ({ ...each, entry, name: `${entry}, ${each.targetType}` }))
    })

export const stepOf = (step: Step): Exclude<Step, string> => (typeof step === 'string' ? { task: step } : step)
