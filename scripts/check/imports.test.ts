import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAY_IMPORT } from './import-rules.ts'
import { importViolations } from './imports.ts'

const names = Object.keys(MAY_IMPORT) as (keyof typeof MAY_IMPORT)[]
let root: string

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

const found = async (): Promise<readonly string[]> => (await importViolations(root)).violations

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'import-rules-'))
  mkdirSync(join(root, 'node_modules/@modelsmith'), { recursive: true })
  for (const name of names) {
    write(`packages/${name}/package.json`, JSON.stringify({ name: `@modelsmith/${name}`, exports: './src/index.ts' }))
    write(`packages/${name}/src/index.ts`, `export type ${name} = 1\n`)
    symlinkSync(join(root, 'packages', name), join(root, 'node_modules/@modelsmith', name))
  }
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the import direction', () => {
  it('refuses every import that is not declared and accepts every one that is', async () => {
    for (const from of names)
      for (const to of names.filter((name) => name !== from))
        write(
          `packages/${from}/src/to-${to}.ts`,
          `import type { ${to} } from '@modelsmith/${to}'\nexport type X = ${to}\n`,
        )
    const forbidden = names.flatMap((from) =>
      names
        .filter((to) => to !== from && !(MAY_IMPORT[from] as readonly string[]).includes(to))
        .map((to) => `packages/${from}/src/to-${to}.ts → packages/${to}/src/index.ts`),
    )
    const pairs = (await found()).map((line) => line.replace(/ \(.*/, ''))
    expect(pairs.sort()).toEqual(forbidden.sort())
  })

  it('refuses one import turned round, also in a test and also by a relative path', async () => {
    expect(await found()).toEqual([])
    write('packages/domain/src/metric.test.ts', `import '../../engine/src/index.ts'\n`)
    expect(await found()).toEqual([
      'packages/domain/src/metric.test.ts → packages/engine/src/index.ts (direction: domain → table)',
    ])
  })

  it('refuses to enter a package past its door', async () => {
    write('packages/table/src/csv.ts', 'export const csv = 1\n')
    write('packages/domain/src/rows.ts', `import '../../table/src/csv.ts'\n`)
    expect(await found()).toEqual([
      'packages/domain/src/rows.ts → packages/table/src/csv.ts (door: a package is entered by its src/index.ts)',
    ])
  })

  it('refuses to enter a feature past its index', async () => {
    write('packages/server/src/features/jobs/store.ts', 'export const store = 1\n')
    write('packages/server/src/features/jobs/index.ts', `export * from './store.ts'\n`)
    write('packages/server/src/features/models/service.ts', `import '../jobs/store.ts'\nimport '../jobs/index.ts'\n`)
    expect(await found()).toEqual([
      'packages/server/src/features/models/service.ts → packages/server/src/features/jobs/store.ts (door: a feature enters another by its index)',
    ])
  })

  it('refuses an import that leads nowhere and a package without a declared direction', async () => {
    write('packages/table/src/lost.ts', `import './nothing.ts'\n`)
    write('packages/misc/package.json', '{}')
    expect(await found()).toEqual([
      'packages/misc: no import direction is declared for this package',
      'packages/table/src/lost.ts → ./nothing.ts (an import leads to a file)',
    ])
  })
})
