import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'

export type Staged = {
  readonly folder: string
  readonly version: string
  /** Packages that the command needs beside it, with their exact versions. */
  readonly dependencies: Readonly<Record<string, string>>
}

/** Programs that the command starts by the place of their file; all of them become files of `lib`. */
const entries = [
  'packages/cli/src/main.ts',
  'packages/cli/src/local/inspect.worker.ts',
  'packages/cli/src/local/native/open.worker.ts',
  'packages/cli/src/local/native/lane.worker.ts',
  'packages/query/src/child.ts',
]

/** What is read at run time, at the places where the code looks for it. */
const data = ['packages/cli/templates', 'environments', 'library', 'runners/python', 'runners/r', 'LICENSE', 'NOTICE']

/** The code that exports are made of. */
const sources = [
  'packages/scoring/src',
  'packages/scoring/package.json',
  'packages/table/src',
  'packages/table/package.json',
  'packages/cli/src/local/export/page',
]

/** DuckDB reads Parquet on a server; the command has a reader of its own. esbuild is a program for the machine. */
const external = ['@duckdb/node-api', 'esbuild']

/** Lays out in a folder all that the command is when it is installed. */
export const stage = async (root: string, folder: string): Promise<Staged> => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'bin'), { recursive: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    outdir: join(folder, 'lib'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    // Some packages are CommonJS and ask for modules of Node.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    charset: 'utf8',
    metafile: true,
    logLevel: 'warning',
    external,
    plugins: [places(root)],
  })
  for (const path of data) copy(root, folder, path)
  for (const path of sources) copy(root, folder, path)
  writeFileSync(join(folder, 'THIRD-PARTY.txt'), licences(root, metafile))
  const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')) as { version: string }
  const { dependencies } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  writeFileSync(join(folder, 'bin/modelsmith.js'), launcher)
  chmodSync(join(folder, 'bin/modelsmith.js'), 0o755)
  return { folder, version, dependencies: { esbuild: dependencies['esbuild'] as string } }
}

const launcher = `#!/usr/bin/env node
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(\`modelsmith needs Node 24 or newer; this is \${process.version}.\\n\`)
  process.exit(2)
}
await import('../lib/main.js')
`

const isData = (path: string): boolean => !/(\.test\.ts$|\/fixtures(\/|$)|\/__pycache__(\/|$)|\.c$)/.test(path)

const copy = (root: string, folder: string, path: string): void =>
  cpSync(join(root, path), join(folder, path), { recursive: true, filter: (source) => isData(source) })

/** Every file of \`lib\` stands for one of the tree: what it looks for is at its old place below the folder above. */
const places = (root: string): Plugin => ({
  name: 'places of files',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/packages\/[^/]+\/src\/.*\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      if (!source.includes('import.meta.url')) return undefined
      const place = `new URL('../${relative(root, path)}', import.meta.url)`
      // Programs are beside the file itself; all else is where the tree has it.
      const contents = source
        .replace(/new URL\('\.\/([\w.-]+)\.ts', import\.meta\.url\)/g, "new URL('./$1.js', $HERE)")
        .replaceAll('import.meta.url', place)
        .replaceAll('$HERE', 'import.meta.url')
      return { contents, loader: 'ts' }
    })
  },
})

/** The licences of the packages that are in the bundle. */
const licences = (root: string, { inputs }: Metafile): string => {
  const folders = new Set(
    Object.keys(inputs).flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  )
  return [...folders]
    .sort()
    .map((path) => {
      const folder = join(root, path)
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>
      const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
      const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()
      return `${name} ${version}\n\n${text}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}

export const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
