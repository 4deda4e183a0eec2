import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { ApiError, createClient } from '@modelsmith/api'
import { freePort, until } from '../../e2e/support/product.ts'

/**
 * What `git clone && npm start` takes for whoever has nothing yet: no packages, no caches, an empty home, the machine's own
 * Node. As root; as root in a folder that only root can enter; as a plain user. Each starts twice. Run it as root.
 * The registries' configuration is the machine's.
 */
const FIRST_START_LIMIT_S = 240
const SECOND_ANSWER_LIMIT_S = 10
const MINUTES = 15
const CONFIGURATION = ['.npmrc', '.config/pip/pip.conf', '.pip/pip.conf', '.config/uv/uv.toml']
const PLAIN = 'modelsmith-proof'

type User = { readonly uid: number; readonly gid: number }
type Situation = {
  readonly name: string
  readonly parent: string
  /** Where the data folder lies, when not beside the clone. */
  readonly dataParent?: string
  readonly user?: User
}

const megabytes = (folder: string): string =>
  existsSync(folder) ? `${execFileSync('du', ['-sm', folder], { encoding: 'utf8' }).split('\t')[0]} MB` : 'nothing'

const giveTo = ({ uid, gid }: User, folder: string): void => {
  execFileSync('chown', ['-R', `${uid}:${gid}`, folder])
}

/** A folder with an empty home; who has a home of their own elsewhere still gets this one. */
const freshPlace = ({ parent, dataParent, user }: Situation) => {
  const place = mkdtempSync(join(parent, 'ms-fresh-'))
  // The service user passes through; below root's home it cannot all the same.
  chmodSync(place, 0o711)
  const home = join(place, 'home')
  mkdirSync(join(home, '.cache'), { recursive: true })
  for (const file of CONFIGURATION.filter((name) => existsSync(join(homedir(), name)))) {
    mkdirSync(dirname(join(home, file)), { recursive: true })
    copyFileSync(join(homedir(), file), join(home, file))
  }
  if (user !== undefined) {
    chownSync(place, user.uid, user.gid)
    giveTo(user, home)
  }
  const data = dataParent === undefined ? join(place, 'data') : mkdtempSync(join(dataParent, 'ms-fresh-data-'))
  return { place, home, data, cache: join(home, '.cache'), clone: join(place, 'clone') }
}

type Place = ReturnType<typeof freshPlace>

const environmentOf = async ({ home, cache, data }: Place): Promise<NodeJS.ProcessEnv> => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_(?!config_registry)|XDG_)/.test(name))),
  PATH: (process.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => folder !== dirname(process.execPath) && !folder.includes('node_modules'))
    .filter((folder) => !folder.startsWith(userInfo().homedir))
    .join(':'),
  HOME: home,
  npm_config_cache: join(cache, 'npm'),
  PIP_CACHE_DIR: join(cache, 'pip'),
  UV_CACHE_DIR: join(cache, 'uv'),
  MODELSMITH_DATA: data,
  MODELSMITH_PORT: String(await freePort()),
  MODELSMITH_SERVING_PORT: String(await freePort()),
})

type Start = { readonly seconds: () => number; readonly printed: () => string; readonly stop: () => Promise<void> }

/** `npm start`, as a person would. */
const start = (clone: string, env: NodeJS.ProcessEnv, user: User | undefined, secrets: readonly string[]): Start => {
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  let printed = ''
  const child = spawn('npm', ['start'], { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'], ...user })
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => {
      printed += `${line}\n`
      const told = secrets.reduce((text, secret) => text.replaceAll(secret, ''), line)
      console.log(`${seconds().toFixed(1).padStart(6)} s  ${told.replaceAll(/msk_[\w-]+/g, 'msk_…')}`)
    })
  return {
    seconds,
    printed: () => {
      if (child.exitCode !== null) throw new Error('It ended before it was asked to.')
      return printed
    },
    stop: async () => {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'close')
    },
  }
}

/** Nobody listens yet, or what is there says that it still starts. */
const notYet = (error: unknown): undefined => {
  if (error instanceof ApiError && error.problem.status !== 503) throw error
}

const prove = async (situation: Situation): Promise<string> => {
  const place = freshPlace(situation)
  const { clone, cache, data } = place
  const env = await environmentOf(place)
  const begin = () => start(clone, env, situation.user, [place.place, data])
  try {
    execFileSync('git', ['clone', '--quiet', '--no-local', join(import.meta.dirname, '../..'), clone])
    if (situation.user !== undefined) giveTo(situation.user, clone)
    console.log(`\n${situation.name}: first start`)
    const first = begin()
    const token = await until(MINUTES * 60_000, async () => /msk_[\w-]+/.exec(first.printed())?.[0])
    const ready = first.seconds()
    const command = await until(MINUTES * 60_000, async () => {
      if (first.printed().includes('The tour stopped')) throw new Error('The tour stopped.')
      return /^curl .*$/m.exec(first.printed())?.[0]
    })
    const toured = first.seconds()
    const pasted = spawnSync('sh', ['-c', command], { encoding: 'utf8', env })
    if (!pasted.stdout.includes('"predictions"')) throw new Error(`The pasted line got: ${pasted.stdout}`)
    await first.stop()
    console.log(
      `Downloaded by npm: ${megabytes(join(cache, 'npm'))}, with Node; ` +
        `on disk: clone ${megabytes(clone)}, of it Node ${megabytes(join(clone, '.runtime'))}; data folder ${megabytes(data)}`,
    )

    console.log(`${situation.name}: second start`)
    const second = begin()
    const client = createClient({
      baseUrl: `http://127.0.0.1:${env['MODELSMITH_PORT']}`,
      headers: () => ({ authorization: `Bearer ${token}` }),
    })
    const row = JSON.parse(/-d '(.*)'$/.exec(command)?.[1]?.replaceAll(`'\\''`, `'`) ?? '{}') as { rows: [] }
    const again = await until(MINUTES * 60_000, async () => {
      second.printed()
      const answer = await client
        .call('listDeployments')
        .then(({ items: [deployment] }) => client.call('predict', { params: { id: deployment?.id ?? '' }, body: row }))
        .catch(notYet)
      return answer === undefined ? undefined : second.seconds()
    })
    await second.stop()
    const verdict = ready < FIRST_START_LIMIT_S && again < SECOND_ANSWER_LIMIT_S ? 'holds' : 'DOES NOT HOLD'
    return `${situation.name.padEnd(28)} ${ready.toFixed(1).padStart(12)} ${toured.toFixed(1).padStart(12)} ${again.toFixed(1).padStart(14)}   ${verdict}`
  } finally {
    for (const folder of [place.place, data]) rmSync(folder, { recursive: true, force: true })
  }
}

const plainUser = (): User => {
  if (spawnSync('id', [PLAIN]).status !== 0)
    execFileSync('useradd', ['--create-home', '--shell', '/bin/sh', PLAIN], { stdio: 'inherit' })
  const id = (flag: string): number => Number(execFileSync('id', [flag, PLAIN], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

const situations: readonly Situation[] = [
  { name: 'root', parent: tmpdir() },
  { name: "root, below root's home", parent: userInfo().homedir, dataParent: tmpdir() },
  { name: 'plain user', parent: tmpdir(), user: plainUser() },
]
const lines: string[] = []
for (const situation of situations) lines.push(await prove(situation))
spawnSync('userdel', ['--remove', PLAIN])
console.log(`\nseconds until: ${'ready'.padStart(25)} ${'tour done'.padStart(12)} ${'second answer'.padStart(14)}`)
for (const line of lines) console.log(line)
console.log(`limits: ready ${FIRST_START_LIMIT_S} s, second answer ${SECOND_ANSWER_LIMIT_S} s`)
process.exitCode = lines.every((line) => line.endsWith('holds')) ? 0 : 1
