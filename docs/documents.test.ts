import { existsSync } from 'node:fs'
import { glob, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { generatedPages } from '../scripts/docs.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = await Array.fromAsync(
  glob('**/*.md', {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === '.runtime' || name === 'fixtures',
  }),
)

it('finds every page and picture that a page links to', async () => {
  const broken: string[] = []
  for (const page of pages) {
    const text = (await readFile(join(root, page), 'utf8')).replace(/```[\s\S]*?```/g, '')
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:|^#/.test(target)) continue
      const file = join(root, dirname(page), target.split('#')[0] ?? '')
      if (!existsSync(file)) broken.push(`${page}: ${target}`)
    }
  }
  expect(broken).toEqual([])
})

it('finds every file and folder that a page names by its path', async () => {
  const folders = (await readdir(root)).filter((name) => !name.includes('.'))
  const gone: string[] = []
  for (const page of pages) {
    const text = (await readFile(join(root, page), 'utf8')).replace(/```[\s\S]*?```/g, '')
    for (const [, path = ''] of text.matchAll(/`([\w@.-]+(?:\/[\w@.-]*)+)`/g))
      if (folders.includes(path.split('/')[0] ?? '') && !existsSync(join(root, path))) gone.push(`${page}: ${path}`)
  }
  expect(gone).toEqual([])
})

it.each(await generatedPages())('has $path as the code says', async ({ path, text }) => {
  expect(await readFile(join(root, path), 'utf8')).toBe(text)
})

it('names buttons and fields as the pages do, in the tutorial of the browser', async () => {
  const tutorial = await readFile(join(root, 'docs/tutorials/browser.md'), 'utf8')
  const sources = await Array.fromAsync(glob('packages/web/src/**/*.{ts,tsx}', { cwd: root }), (file) =>
    readFile(join(root, file), 'utf8'),
  )
  const names = [...tutorial.matchAll(/\*\*(.+?)\*\*/g)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(15)
  const asLabel = (name: string) => new RegExp(`['"\`>]${RegExp.escape(name)}['"\`<]|^\\s*${RegExp.escape(name)}$`, 'm')
  expect(names.filter((name) => !sources.some((source) => asLabel(name).test(source)))).toEqual([])
})

it('lists in the README the settings that the server reads, with their defaults', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const code = await readFile(join(root, 'packages/server/src/infra/settings.ts'), 'utf8')
  const rows = readme.split('\n').filter((line) => /^\| `[A-Z_]+`/.test(line))
  const names = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name))
  const read = [...code.matchAll(/'((?:MODELSMITH_|DATABASE_)[A-Z_]+)'/g)].map(([, name]) => name)
  expect(read.filter((name) => !names.includes(name))).toEqual([])
  for (const [, name, value] of code.matchAll(/'(MODELSMITH_[A-Z_]+)', (\d+)\)/g))
    expect(rows.find((row) => row.includes(`\`${name}\``))).toContain(`\`${value}\``)
})
