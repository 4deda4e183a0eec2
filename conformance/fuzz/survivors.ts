import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkFixture } from '../models/check.ts'
import { readFixture } from '../models/fixture.ts'
import { attempt } from './attempt.ts'
import { mutantOf, type Parent, parents } from './mutants.ts'

export type Survivors = {
  readonly tried: number
  readonly compared: number
  /** The library does not load these, or none of its methods answers. */
  readonly refusedThere: number
  readonly different: readonly string[]
}

const set = 'sklearn-0.21.3'
const folderOf = ({ fixture }: Parent): string => join(import.meta.dirname, '../../fixtures', set, fixture.name)

/** Those whose rows `load.py` can read. */
const suitable = (): readonly Parent[] =>
  parents([set]).filter((parent) => {
    const meta = JSON.parse(readFileSync(join(folderOf(parent), 'meta.json'), 'utf8')) as { input_kind: string }
    return ['matrix', 'dataframe', 'text'].includes(meta.input_kind)
  })

const batch = 250

/** Until so many mutants were scored without complaint: lets the library load them too, and compares. `keep`: a folder for those that differ. */
export const compareSurvivors = (
  python: string,
  {
    seed,
    count,
    keep,
    onProgress,
  }: { seed: number; count: number; keep?: string; onProgress?: (done: number) => void },
): Survivors => {
  const all = suitable()
  let [index, compared, refusedThere] = [0, 0, 0]
  const different: string[] = []
  while (compared + refusedThere < count) {
    const work = mkdtempSync(join(tmpdir(), 'modelsmith-survivors-'))
    try {
      const names: string[] = []
      while (names.length < Math.min(batch, count - compared - refusedThere)) {
        const { parent, bytes } = mutantOf(all, seed, index++)
        if (Buffer.from(bytes).equals(parent.bytes) || attempt(bytes, parent.fixture) !== 'scored') continue
        const name = `mutant-${index - 1}-${parent.fixture.name}`
        names.push(name)
        mkdirSync(join(work, name))
        writeFileSync(join(work, name, 'model.pkl'), bytes)
        writeFileSync(join(work, name, 'parent'), folderOf(parent))
      }
      const child = spawnSync(python, ['-W', 'ignore', join(import.meta.dirname, 'load.py'), work], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
      })
      if (child.status !== 0) throw new Error(`load.py failed: ${child.stderr.slice(-1_000)}`)
      for (const name of names) {
        if (!existsSync(join(work, name, 'expected.csv'))) {
          refusedThere++
          continue
        }
        compared++
        const parent = readFileSync(join(work, name, 'parent'), 'utf8')
        const meta = JSON.parse(readFileSync(join(parent, 'meta.json'), 'utf8')) as object
        // What the library refuses after all is no other answer.
        writeFileSync(join(work, name, 'meta.json'), JSON.stringify({ ...meta, methods_raising: {} }))
        cpSync(join(parent, 'input.csv'), join(work, name, 'input.csv'))
        const verdict = checkFixture(readFixture(work, name))
        if (verdict.outcome === 'ok') continue
        different.push(`${name}: ${verdict.why}`)
        if (keep !== undefined) cpSync(join(work, name), join(keep, name), { recursive: true })
      }
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
    onProgress?.(compared + refusedThere)
  }
  return { tried: index, compared, refusedThere, different }
}
