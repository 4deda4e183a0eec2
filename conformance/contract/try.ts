import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { explain, listFindings } from '../../packages/cli/src/explain.ts'
import { tryTask } from '../../packages/cli/src/local/try-task.ts'
import { inWorkshop } from '../../packages/cli/src/local/workshop.ts'

/**
 * Tries every folder of `cases` in one language, as `modelsmith fit` does, and prints a JSON line for each: what a person is told.
 * In a process of its own, because what the code of the cases prints is printed here.
 */
const [language = 'python', ...only] = process.argv.slice(2)
const entry = language === 'python' ? 'custom.py' : 'custom.R'
const cases = join(import.meta.dirname, 'cases')
const place = mkdtempSync(join(tmpdir(), 'ms-contract-'))

export type CaseFile = {
  readonly rule: string
  readonly targetType: string
  readonly target?: string
  readonly input?: string
  /** The contract is kept, and nothing is said. */
  readonly holds?: true
}

const colours = ['red', 'green', 'blue']
const table = (names: readonly string[], rows: number, cells: (row: number) => readonly (string | number)[]): string =>
  [names.map((name) => `"${name.replaceAll('"', '""')}"`), ...Array.from({ length: rows }, (_, row) => cells(row))]
    .map((record) => `${record.join(',')}\n`)
    .join('')

const inputs: Readonly<Record<string, () => string>> = {
  plain: () =>
    table(['size', 'colour', 'sold', 'y'], 60, (row) => [
      row % 7 === 3 ? '' : row / 4,
      colours[row % 3] as string,
      row % 2 === 0 ? 'no' : 'yes',
      row * 1.5,
    ]),
  'unicode-names': () =>
    table(['größe', '大きさ', 'a b', 'a.b', '`x`', 'if', '😀', 'say "hi"', 'y'], 60, (row) => [
      ...Array.from({ length: 8 }, (_, index) => row + index / 2),
      row,
    ]),
  'duplicate-names': () => table(['size', 'size', 'size', 'y'], 60, (row) => [row, row / 2, row + 0.25, row]),
  'many-columns': () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `c${index}`)
    return table([...names, 'y'], 5, (row) => [...names.map((_, index) => (row * index) % 10), row])
  },
  'constant-column': () => table(['same', 'gone', 'size', 'y'], 60, (row) => [1, '', row / 4, row]),
  'one-row': () => table(['size', 'colour', 'y'], 1, () => [1.5, 'red', 2]),
  'empty-table': () => table(['size', 'y'], 0, () => []),
}
for (const [name, write] of Object.entries(inputs)) writeFileSync(join(place, `${name}.csv`), write())

await inWorkshop(async (shop) => {
  const environment = await shop.environment(language === 'python' ? 'python-ml' : 'r-ml')
  const runner = await shop.runner(environment)
  for (const name of readdirSync(cases).filter((each) => existsSync(join(cases, each, entry)))) {
    if (only.length > 0 && !only.includes(name)) continue
    const {
      targetType,
      target,
      input = 'plain',
    } = JSON.parse(readFileSync(join(cases, name, 'case.json'), 'utf8')) as CaseFile
    const codeDir = join(place, name)
    mkdirSync(codeDir)
    for (const file of readdirSync(join(cases, name)).filter(
      (file) => !/^case\.json$|^custom\.|\.txt$/.test(file) || file === entry,
    ))
      writeFileSync(join(codeDir, file), readFileSync(join(cases, name, file)))
    const folder = join(shop.folder, name)
    mkdirSync(folder)
    const began = performance.now()
    const said = await tryTask(
      {
        codeDir,
        input: join(place, `${input}.csv`),
        targetType,
        target,
        targetFile: undefined,
        weights: undefined,
        labels: [],
        positive: undefined,
        negative: undefined,
        parameters: [],
        output: undefined,
        predict: true,
        verbose: false,
      },
      { ...shop, folder, environment: async () => environment, runner: async () => runner },
    ).then(
      ({ warnings }) =>
        warnings.length === 0 ? 'It keeps the task contract.\n' : `Warnings:\n${listFindings(warnings)}`,
      explain,
    )
    const seconds = (performance.now() - began) / 1000
    process.stdout.write(
      `${JSON.stringify({ name, said: said.replaceAll(`${place}/`, '').replaceAll(folder, ''), seconds })}\n`,
    )
  }
})
rmSync(place, { recursive: true, force: true })
