import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

/** The tables that name a compiler for each kind of model and of Spark's stages. */
const tables = /\/scoring\/src\/(model\/compile|stages\/stage)\.ts$/
const row = /^ +'?([\w-]+)'?: compile\w+,\n/gm

/** Leaves out the compilers of kinds that a model does not have; what they alone import falls away with them. */
const onlyKinds = (kinds: ReadonlySet<string>): Plugin => ({
  name: 'only the kinds of this model',
  setup: ({ onLoad }) => {
    onLoad({ filter: tables }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      return {
        contents: source.replace(row, (line, kind: string) => (kinds.has(kind) ? line : '')),
        loader: 'ts',
      }
    })
  },
})

const data = 'modelsmith:packed'

const packedData = (packed: string): Plugin => ({
  name: 'the packed model',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: new RegExp(`^${data}$`) }, ({ path }) => ({ path, namespace: 'packed' }))
    onLoad({ filter: /./, namespace: 'packed' }, () => ({ contents: packed, loader: 'text' }))
  },
})

const opened = `
import { compile, openPortable } from '@modelsmith/scoring'
import packed from '${data}'
const model = openPortable(packed, compile)
`
const entries = {
  module: `${opened}export const { about, columns, testRows, predict, selfTest } = model\n`,
  page: `${opened}import { startPage } from './page/page.main.ts'\nstartPage(model)\n`,
} as const

/** The code that an export is made of lies beside this package, installed or not. */
const sourceOf = (name: string): string => fileURLToPath(new URL(`../../../../${name}/src/index.ts`, import.meta.url))

/** One file of JavaScript without imports: the scorer of these kinds with the model as data, for a program or for a page. */
export const bundle = async (what: keyof typeof entries, packed: string): Promise<string> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entries[what], resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    metafile: true,
    alias: { '@modelsmith/scoring': sourceOf('scoring'), '@modelsmith/table': sourceOf('table') },
    // They read what Spark and MLflow saved, which has been read by now.
    external: ['hyparquet', 'yaml'],
    plugins: [onlyKinds(kindsIn(JSON.parse(packed))), packedData(packed)],
  })
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  if (imported.length > 0) throw new Error(`An export would import ${imported.join(', ')}.`)
  return outputFiles[0]?.text ?? ''
}

/** Every kind that the data name: those of models and stages, and some that are neither. */
const kindsIn = (value: unknown, kinds = new Set<string>()): ReadonlySet<string> => {
  if (typeof value !== 'object' || value === null) return kinds
  for (const [key, item] of Object.entries(value))
    if (key === 'kind' && typeof item === 'string') kinds.add(item)
    else kindsIn(item, kinds)
  return kinds
}
