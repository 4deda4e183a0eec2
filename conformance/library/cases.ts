import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, DataType, EstimatorType, ParameterValues } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { tableNames } from './rows.ts'

const strict = { additionalProperties: false } as const

/** An entry, or an entry with parameters. Each reads what the one before gave, unless it says what it reads: `data`, or steps by number. */
const Step = Type.Union([
  Type.String(),
  Type.Object(
    {
      task: Type.String(),
      parameters: Type.Optional(ParameterValues),
      reads: Type.Optional(Type.Array(Type.Union([Type.Literal('data'), Type.Integer({ minimum: 1 })]))),
    },
    strict,
  ),
])
export type Step = Static<typeof Step>

/** A blueprint with an entry on a real table, and the same in plain Python. */
const Case = Type.Object(
  {
    table: Type.Enum(tableNames),
    targetType: EstimatorType,
    target: Type.Optional(Type.String()),
    dataTypes: Type.Array(DataType, { minItems: 1 }),
    steps: Type.Array(Step, { minItems: 1 }),
    tolerance: Type.Optional(Type.Number({ minimum: 0 })),
    python: Type.String({ minLength: 1 }),
  },
  strict,
)
export type LibraryCase = Static<typeof Case> & { readonly entry: string; readonly name: string }

const folder = join(import.meta.dirname, 'cases')

/** The cases of every entry, by its name. */
export const readCases = (): readonly LibraryCase[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .flatMap((file) => {
      const entry = file.slice(0, -'.yaml'.length)
      const value: unknown = parse(readFileSync(join(folder, file), 'utf8'))
      const findings = check(Type.Array(Case, { minItems: 1 }), value)
      if (findings.length > 0)
        throw new Error(
          `${file}: ${findings.map(({ message, place }) => `${place?.pointer ?? ''} ${message}`).join('\n')}`,
        )
      return (value as Static<typeof Case>[]).map((each) => ({
        ...each,
        entry,
        name: `${entry}, ${each.targetType}`,
      }))
    })

export const stepOf = (step: Step): Exclude<Step, string> => (typeof step === 'string' ? { task: step } : step)
