import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort, until } from '../../e2e/support/product.ts'

/**
 * What `git clone && npm start` takes for whoever has nothing yet: no packages, no caches, an empty home. Starts twice;
 * the first start is to be ready in 4 minutes. The registry's configuration is the machine's.
 */
const FIRST_START_LIMIT_S = 240
const CONFIGURATION = ['.npmrc', '.config/pip/pip.conf', '.pip/pip.conf', '.config/uv/uv.toml']

const place = mkdtempSync(join(tmpdir(), 'ms-fresh-'))
const clone = join(place, 'clone')
const home = join(place, 'home')
const cache = join(home, '.cache')
// The service user passes through.
chmodSync(place, 0o711)

for (const file of CONFIGURATION.filter((name) => existsSync(join(homedir(), name)))) {
  mkdirSync(dirname(join(home, file)), { recursive: true })
  copyFileSync(join(homedir(), file), join(home, file))
}
mkdirSync(cache, { recursive: true })

const [port, servingPort] = [await freePort(), await freePort()]
const env: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_(?!config_registry)|XDG_)/.test(name))),
  PATH: (process.env['PATH'] ?? '').replaceAll(/[^:]*node_modules[^:]*:/g, ''),
  HOME: home,
  npm_config_cache: join(cache, 'npm'),
  PIP_CACHE_DIR: join(cache, 'pip'),
  UV_CACHE_DIR: join(cache, 'uv'),
  MODELSMITH_DATA: join(place, 'data'),
  MODELSMITH_PORT: String(port),
  MODELSMITH_SERVING_PORT: String(servingPort),
}

const megabytes = (folder: string): string =>
  existsSync(folder) ? `${execFileSync('du', ['-sm', folder], { encoding: 'utf8' }).split('\t')[0]} MB` : 'nothing'

/** Starts the product as a person would, waits until it answers, stops it; returns the seconds until the answer. */
const start = async (): Promise<number> => {
  const started = performance.now()
  const seconds = (): number => (performance.now() - started) / 1000
  const child = spawn('npm', ['start'], { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) =>
      console.log(
        `${seconds().toFixed(1).padStart(6)} s  ${line.replaceAll(/msk_[\w-]+/g, 'msk_…').replaceAll(place, '')}`,
      ),
    )
  try {
    return await until(15 * 60_000, async () => {
      if (child.exitCode !== null) throw new Error('It ended before it answered.')
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/health`).catch(() => undefined)
      return answer?.ok ? seconds() : undefined
    })
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'close')
    }
  }
}

try {
  execFileSync('git', ['clone', '--quiet', '--no-local', join(import.meta.dirname, '../..'), clone])
  console.log('First start')
  const first = await start()
  console.log(`Answered after ${first.toFixed(1)} s\n`)
  console.log(
    `Downloads: npm ${megabytes(join(cache, 'npm'))}, pip ${megabytes(join(cache, 'pip'))}, uv ${megabytes(join(cache, 'uv'))}`,
  )
  console.log(`On disk: clone with its packages ${megabytes(clone)}, data folder ${megabytes(join(place, 'data'))}\n`)
  console.log('Second start')
  const second = await start()
  console.log(`Answered after ${second.toFixed(1)} s`)
  if (first > FIRST_START_LIMIT_S) throw new Error(`The first start took longer than ${FIRST_START_LIMIT_S} s.`)
} finally {
  rmSync(place, { recursive: true, force: true })
}
