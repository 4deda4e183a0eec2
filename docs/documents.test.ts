import { existsSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
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
