import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type About,
  compile,
  inputOf,
  type ModelInput,
  openPortable,
  type OpenedModel,
  pack,
  packedModel,
  type Portable,
  type Row,
  sampleRows,
  type Scorer,
} from '@modelsmith/scoring'
import { ModelsmithError } from '@modelsmith/table'
import { defineCommand } from 'citty'
import { cliError } from '../../errors.ts'
import { terminal } from '../../terminal.ts'
import { refuseStrayWords, refuseUnknown, valuesOf } from '../flags.ts'
import { openApart } from '../native/open.ts'
import { bundle } from './bundle.ts'
import { type ModuleFacts, readmeOf, typesOf } from './documents.ts'
import { pageFile } from './page-file.ts'
import { testRowsOf } from './test-rows.ts'

const flags = {
  model: {
    type: 'positional',
    required: true,
    description: 'Model file: pickle, joblib, zip of Spark, LightGBM’s or XGBoost’s own',
  },
  output: { type: 'string', description: 'Folder for the module; default: the name of the file with -module' },
  name: { type: 'string', description: 'What the module calls the model; default: the class of the model' },
  rows: {
    type: 'string',
    description: 'CSV file whose first rows become the test rows; default: rows made of what the model knows',
  },
  columns: {
    type: 'string',
    description: 'Names of the columns in their order, several words, where the model has none',
  },
  page: { type: 'boolean', description: 'Also write page.html, a page to try the model on' },
  json: { type: 'boolean', description: 'Say what was done as JSON' },
} as const

const files = { module: 'model.mjs', types: 'model.d.mts', readme: 'README.md', page: 'page.html' } as const

/** Writes a model as one ES module without dependencies. */
export const exportModel = defineCommand({
  meta: {
    description:
      'Write a model as one ES module that predicts the same, without dependencies, in Node, browsers and workers. Exit status: 1 the file is refused, 2 wrong usage or input, 3 it cannot be scored natively',
  },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    refuseStrayWords(
      flags,
      ['columns'],
      rawArgs.filter((word) => word !== args.model),
    )
    const folder = resolve(args.output ?? `${basename(args.model).replace(/\.[^.]*$/, '')}-module`)
    await refuseFolder(folder)
    const opened = await openApart(resolve(args.model), new AbortController().signal)
    const made = await makeFiles(opened, {
      name: args.name ?? opened.className,
      rows: args.rows,
      columns: valuesOf('columns', rawArgs),
      hasPage: args.page === true,
    })
    await writeFolder(folder, made.texts)
    const sizes = Object.fromEntries(Array.from(made.texts, ([name, text]) => [name, Buffer.byteLength(text)]))
    terminal.out(
      args.json === true
        ? `${JSON.stringify({ output: folder, files: sizes, testRows: made.testRows, columns: made.columns }, null, 2)}\n`
        : `${Object.entries(sizes)
            .map(([name, size]) => `  ${name.padEnd(12)}${Math.ceil(size / 1024).toLocaleString('en')} KB\n`)
            .join(
              '',
            )}The module is in ${folder}; loaded, it gives for its ${made.testRows} test rows what the model gives here.\n`,
    )
  },
})

type Making = {
  readonly name: string
  readonly rows: string | undefined
  readonly columns: readonly string[]
  readonly hasPage: boolean
}
type Made = {
  readonly texts: ReadonlyMap<string, string>
  readonly testRows: number
  readonly columns: readonly string[]
}

const sampleCount = 8

/** The files of an export by their names. Nothing is made of a module whose self-test fails. */
export const makeFiles = async (opened: OpenedModel, { name, rows, columns, hasPage }: Making): Promise<Made> => {
  const { model, library, version } = opened
  const scorer = compile(model)
  const input = renamed(
    inputOf(model, scorer, opened.featureNames ?? (columns.length > 0 ? columns : undefined)),
    columns,
  )
  const about: About = { name, library, libraryVersion: version, exported: new Date().toISOString() }
  const testRows = rows === undefined ? sampled(model, input, about, scorer) : await testRowsOf(rows, input, columns)
  const data = packedModel({ model, input, about }, scorer, testRows)
  const packed = pack(data)
  const reread = openPortable(packed, compile)
  const module = `// ${oneLine(name)}: made by Modelsmith. The scoring code is under the Apache License 2.0.\n${await bundle('module', packed)}`
  const [example] = testRows
  const facts: ModuleFacts = {
    about,
    input,
    answers: data.test.answers.columns.map((column) => column.name),
    texts: data.test.answers.columns.flatMap(({ name: own, values }) => (values instanceof Float64Array ? [] : [own])),
    methods: Object.keys(scorer.methods),
    bytes: Buffer.byteLength(module),
    testRows: testRows.length,
    exampleRow: exampleOf(input, example),
    exampleAnswer: example === undefined ? '[…]' : JSON.stringify(reread.predict([example])),
  }
  const texts = new Map<string, string>([
    [files.module, module],
    [files.types, typesOf(facts)],
    [files.readme, readmeOf(facts, hasPage)],
  ])
  if (hasPage) texts.set(files.page, await pageFile(name, packed))
  return { texts, testRows: testRows.length, columns: input.columns.map((column) => column.name) }
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

/** Names that a person gives to columns that have none. */
const renamed = (input: ModelInput, names: readonly string[]): ModelInput => {
  if (names.length === 0) return input
  if (names.length !== input.columns.length) {
    const problem = `--columns names ${names.length} columns; the model takes ${input.columns.length}.`
    throw cliError('cli.usage', { problem })
  }
  const columns = input.columns.map((column, at) => ({ ...column, name: names[at] as string }))
  return { ...input, columns }
}

const sampled = (model: OpenedModel['model'], input: ModelInput, about: About, scorer: Scorer): readonly Row[] => {
  const rows = sampleRows(input, sampleCount)
  try {
    packedModel({ model, input, about }, scorer, rows)
    return rows
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    terminal.err(`Warning: no test rows could be made (${error.message}) Give some by --rows.\n`)
    return []
  }
}

const exampleOf = ({ columns, shape }: ModelInput, row: Row | undefined): string => {
  if (row === undefined) return '…'
  if (!Array.isArray(row) || shape === 'mappings') return JSON.stringify(row)
  const cells: readonly unknown[] = row
  const entries = columns.flatMap(({ name, isUnused }, at) => (isUnused === true ? [] : [[name, cells[at]]]))
  return JSON.stringify(Object.fromEntries(entries))
}

const refuseFolder = async (folder: string): Promise<void> => {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    throw cliError('cli.usage', { problem: `--output ${folder}: ${error.message}` })
  })
  const own: readonly string[] = Object.values(files)
  const others = there.filter((name) => !own.includes(name))
  if (others.length > 0) {
    const problem = `--output ${folder}: the folder holds other things (${others.slice(0, 3).join(', ')}); an empty one was expected.`
    throw cliError('cli.usage', { problem })
  }
}

/** Loads the module as whoever gets it will. */
const tryModule = async (path: string): Promise<void> => {
  const made = (await import(pathToFileURL(path).href)) as Pick<Portable, 'about' | 'selfTest'>
  if (!made.selfTest().identical) throw new Error(`${made.about.name} as a module does not answer as it does here.`)
}

/** All files, or none of them. */
const writeFolder = async (folder: string, texts: ReadonlyMap<string, string>): Promise<void> => {
  const unfinished = `${folder}.${process.pid}.part`
  try {
    await mkdir(unfinished, { recursive: true })
    for (const [name, text] of texts) await writeFile(join(unfinished, name), text)
    await tryModule(join(unfinished, files.module))
    await rm(folder, { recursive: true, force: true })
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}
