import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { apiReference, commandReference } from './docs/reference.ts'
import { type ErrorTable, errorReference } from './docs/errors.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = ['table', 'scoring', 'domain', 'query', 'runner', 'engine', 'serving', 'server', 'cli'] as const

/** The error table of a package: `<name>Errors` in its `src/errors.ts`. */
const errorTables = async (): Promise<ErrorTable[]> =>
  Promise.all(
    packages.map(async (name) => {
      const module = (await import(`../packages/${name}/src/errors.ts`)) as Record<string, ErrorTable>
      return module[`${name}Errors`] ?? {}
    }),
  )

export const generatedPages = async (): Promise<{ path: string; text: string }[]> => {
  const { verbs } = await import('../packages/cli/src/remote/verbs.ts')
  return [
    { path: 'docs/reference/errors.md', text: errorReference(await errorTables()) },
    { path: 'docs/reference/api.md', text: apiReference() },
    { path: 'docs/reference/commands.md', text: commandReference(verbs) },
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, text } of await generatedPages()) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
    process.stdout.write(`${path}\n`)
  }
}
