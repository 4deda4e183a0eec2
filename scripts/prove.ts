import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { basename, isAbsolute, join } from 'node:path'

/**
 * `npm run prove -- NAME` runs a claim's proof, `scripts/prove/NAME.ts`, and keeps what it printed in
 * `docs/evidence/NAME.md`, with the date, the commit and the machine in words. Proofs take long; tests are the short form.
 */
const root = join(import.meta.dirname, '..')
const proofs = join(import.meta.dirname, 'prove')
const [name, ...args] = process.argv.slice(2)

if (name === undefined || !existsSync(join(proofs, `${name}.ts`))) {
  const known = existsSync(proofs) ? readdirSync(proofs).map((file) => file.replace(/\.ts$/, '')) : []
  console.error(
    `Nothing proves "${name ?? ''}".\nHint: npm run prove -- NAME, where NAME is one of: ${known.join(', ')}`,
  )
  process.exit(2)
}

const git = (...words: string[]): string => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim()
const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with changes'
const machine = [
  `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`,
  `${Math.round(totalmem() / 2 ** 30)} GB of memory`,
  `Linux on ${process.arch}`,
  `Node ${process.versions.node}`,
]

const child = spawn(process.execPath, [join('scripts/prove', `${name}.ts`), ...args], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
})
let output = ''
child.stdout.setEncoding('utf8').on('data', (text: string) => {
  process.stdout.write(text)
  output += text
})
const started = Date.now()
const [code] = (await once(child, 'close')) as [number | null]

// Where things lie on this machine is nobody's business.
const words = [name, ...args.map((arg) => (isAbsolute(arg) ? basename(arg) : arg))]
const page = `# Evidence: ${name}

\`npm run prove -- ${words.join(' ')}\` ${code === 0 ? 'held' : `**failed** (exit status ${code})`} after ${Math.round((Date.now() - started) / 1000)} s
on ${new Date(started).toISOString().slice(0, 10)}, at commit ${git('rev-parse', '--short', 'HEAD')}${changed}, with ${machine.join(', ')}.

\`\`\`text
${output.replaceAll(`${root}/`, '').trimEnd()}
\`\`\`
`
mkdirSync(join(root, 'docs/evidence'), { recursive: true })
writeFileSync(join(root, 'docs/evidence', `${name}.md`), page)
process.exitCode = code ?? 1
