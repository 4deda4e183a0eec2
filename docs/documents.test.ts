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
