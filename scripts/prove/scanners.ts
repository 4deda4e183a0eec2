import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { inspect } from '@modelsmith/scoring'

/**
 * Compares `inspect` with public scanners: `npm run prove -- scanners`. HOSTILE names a folder of hostile files with a README.tsv,
 * MODELSMITH_SCANNERS a Python that has picklescan, fickling and modelscan. The benign files are our fixtures. Nothing is loaded.
 */
const root = join(import.meta.dirname, '../..')
const python = process.env['MODELSMITH_SCANNERS']
const folder = process.env['HOSTILE']
if (python === undefined || folder === undefined) throw new Error('Set HOSTILE and MODELSMITH_SCANNERS.')

/** What could run code where it is loaded; the other categories are damaged, huge, or no pickles. */
const harmfulCategories = new Set(['call', 'opcode', 'obfuscation', 'nested', 'gadget', 'sklearn-carrier'])
const [, ...lines] = readFileSync(join(folder, 'README.tsv'), 'utf8').trimEnd().split('\n')
const harmful = lines
  .map((line) => line.split('\t'))
  .filter(([, must, category]) => must === 'refuse' && harmfulCategories.has(category ?? ''))
  .map(([name]) => join(folder, name ?? ''))
const benign = ['sklearn-0.21.3', 'sklearn-modern', 'sklearn-other', 'differential']
  .flatMap((set) =>
    readdirSync(join(root, 'fixtures', set)).map((name) => join(root, 'fixtures', set, name, 'model.pkl')),
  )
  // LightGBM's and XGBoost's own files are no pickles.
  .filter((path) => !/^(tree|\{)/.test(readFileSync(path).toString('latin1', 0, 8)))

type Said = 'clean' | 'dangerous' | 'unreadable'

const scanned = (tool: string, paths: readonly string[]): ReadonlyMap<string, Said> => {
  const child = spawnSync(python, [join(root, 'conformance/scanners/scan.py'), tool], {
    input: paths.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 24,
  })
  if (child.status !== 0) throw new Error(`${tool} failed: ${child.stderr.slice(-500)}`)
  return new Map(
    child.stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t') as [Said, string])
      .map(([said, path]) => [path, said]),
  )
}

const ours = (paths: readonly string[]): ReadonlyMap<string, Said> =>
  new Map(
    paths.map((path) => {
      const { verdict } = inspect(readFileSync(path))
      return [path, verdict === 'unsafe' ? 'dangerous' : verdict === 'native' ? 'clean' : 'unreadable']
    }),
  )

const versions = spawnSync(python, ['-m', 'pip', 'list', '--format=freeze'], { encoding: 'utf8' }).stdout.split('\n')
const version = (tool: string): string => versions.find((line) => line.startsWith(`${tool}==`))?.split('==')[1] ?? ''
const count = (said: ReadonlyMap<string, Said>, word: Said): number =>
  [...said.values()].filter((one) => one === word).length

console.log(`${harmful.length} files that could run code, made by us; ${benign.length} fitted models\n`)
console.log('                     found  not read  passed | false alarms  not read')
const row = (name: string, bad: ReadonlyMap<string, Said>, good: ReadonlyMap<string, Said>): void => {
  const cells = [count(bad, 'dangerous'), count(bad, 'unreadable'), count(bad, 'clean')]
  const alarms = [count(good, 'dangerous'), count(good, 'unreadable')]
  console.log(
    `${name.padEnd(20)} ${cells.map((cell) => String(cell).padStart(6)).join('  ')} | ${alarms.map((cell) => String(cell).padStart(12)).join(' ')}`,
  )
  for (const [path] of [...bad].filter(([, said]) => said === 'clean')) console.log(`    passed ${basename(path)}`)
}
const [bad, good] = [ours(harmful), ours(benign)]
row('inspect', bad, good)
for (const [path] of [...bad].filter(([, said]) => said === 'unreadable'))
  console.log(`    refused, though not as dangerous: ${basename(path)}`)
for (const tool of ['picklescan', 'fickling', 'modelscan'])
  row(`${tool} ${version(tool)}`, scanned(tool, harmful), scanned(tool, benign))
process.exitCode = count(bad, 'clean') + count(good, 'dangerous') + count(good, 'unreadable') === 0 ? 0 : 1
