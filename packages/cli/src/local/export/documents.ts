import type { About, InputColumn, ModelInput } from '@modelsmith/scoring'

/** What the documents of a module say. */
export type ModuleFacts = {
  readonly about: About
  readonly input: ModelInput
  /** Names of the answers' columns. */
  readonly answers: readonly string[]
  /** Those of them that are texts. */
  readonly texts: readonly string[]
  readonly methods: readonly string[]
  readonly bytes: number
  readonly testRows: number
  readonly exampleRow: string
  readonly exampleAnswer: string
}

const prefix = 'probability_'
const key = (name: string): string => JSON.stringify(name)

const typeOf = ({ type, values }: InputColumn): string => {
  switch (type) {
    case 'number':
      return 'number | null'
    case 'boolean':
      return 'boolean | null'
    case 'text': {
      const known = (values ?? []).filter((value) => typeof value === 'string').slice(0, 50)
      // Any other text is for the model to judge.
      return known.length === 0 ? 'string | null' : `${known.map(key).join(' | ')} | (string & {}) | null`
    }
    case 'any':
      return 'string | number | boolean | null'
  }
}

const predictionType = (facts: Pick<ModuleFacts, 'answers' | 'texts'>): string => {
  const { answers } = facts
  const classes = answers.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  if (answers[0] === 'prediction' && classes.length > 0)
    return `{\n  readonly prediction: ${classes.map(key).join(' | ')}\n  readonly probabilities: { ${classes.map((name) => `readonly ${key(name)}: number`).join('; ')} }\n}`
  return `{\n${answers.map((name) => `  readonly ${key(name)}: ${facts.texts.includes(name) ? 'string' : 'number'} | null`).join('\n')}\n}`
}

/** The types of the module. */
export const typesOf = ({ input, answers, texts, methods, about }: ModuleFacts): string => {
  const used = input.columns.filter(({ isUnused }) => isUnused !== true)
  const row =
    input.shape === 'mappings'
      ? 'Readonly<Record<string, string | number | boolean | null>>'
      : `{\n${used.map((column) => `  readonly ${key(column.name)}?: ${typeOf(column)}`).join('\n')}\n}`
  return `/** ${about.name}, exported from a ${about.library} model. A value that is left out is missing. */
export type Row = ${row}

export type Prediction = ${predictionType({ answers, texts })}

/**
 * Predictions for rows: objects by the names of the columns, or lists of all columns in their order. Throws an error whose
 * message names what is wrong, and whose \`findings\` list all of it.
 */
export declare const predict: {
  (rows: readonly (Row | readonly unknown[])[]): readonly Prediction[]
  (rows: readonly (Row | readonly unknown[])[], method: ${methods.map(key).join(' | ')}): readonly Readonly<Record<string, unknown>>[]
}

/** Predicts the test rows within and compares with the answers of the export; other engines may differ in the last digit. */
export declare const selfTest: () => {
  readonly passed: boolean
  readonly identical: boolean
  readonly rows: number
  readonly largestDifference: number
}

export declare const about: {
  readonly name: string
  readonly library: string
  readonly libraryVersion: string | null
  readonly exported: string
}

export declare const columns: readonly {
  readonly name: string
  readonly type: 'number' | 'text' | 'boolean' | 'any'
  readonly isUnused?: true
  readonly low?: number
  readonly high?: number
  readonly values?: readonly (string | number | boolean | null)[]
}[]

export declare const testRows: readonly (Row | readonly unknown[])[]
`
}

const rangeOf = ({ low, high, values, type }: InputColumn): string => {
  if (values !== undefined)
    return `${values.slice(0, 12).map(String).join(', ')}${values.length > 12 ? `, … (${values.length})` : ''}`
  return low === undefined || high === undefined || type !== 'number'
    ? ''
    : `about ${low.toPrecision(3)} to ${high.toPrecision(3)}`
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** The page that lies beside the module. */
export const readmeOf = (facts: ModuleFacts, hasPage: boolean): string => {
  const { about, input, bytes, testRows, exampleRow, exampleAnswer } = facts
  const from = about.libraryVersion === null ? about.library : `${about.library} ${about.libraryVersion}`
  const columns = input.columns.map(
    (column) =>
      `| ${cell(column.name)} | ${column.isUnused === true ? 'not read' : column.type} | ${cell(rangeOf(column))} |`,
  )
  const table =
    input.shape === 'mappings'
      ? 'A row is an object with any keys.'
      : `| column | type | usual or known values |\n|---|---|---|\n${columns.join('\n')}`
  return `# ${about.name}

\`model.mjs\` predicts what a ${from} model predicts. It is one file without dependencies, of ${Math.ceil(bytes / 1024).toLocaleString('en')} KB: it runs in Node, in browsers,
in workers and at the edge, under a Content Security Policy without \`unsafe-eval\`. Nothing that you give it leaves the place where it runs.

\`\`\`js
import { predict, selfTest } from './model.mjs'

predict([${exampleRow}])
// ${exampleAnswer}
selfTest()
// { passed: true, identical: true, rows: ${testRows}, largestDifference: 0 }
\`\`\`

Rows are objects by the names of the columns, or lists in their order. A value that is left out, null or '' is missing.${
    hasPage ? '\n\n`page.html` is a page to try the model on: open it in a browser, it needs no server.' : ''
  }

## Columns

${table}

Exported by Modelsmith on ${about.exported.slice(0, 10)}. The scoring code is under the Apache License 2.0; the model is yours.
`
}
