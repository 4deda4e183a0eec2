import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dataDir } from './support/environments.ts'
import { openLedger, settlesWithin } from './support/ledger.ts'
import { keepBusy, prepare } from './support/load.ts'
import { freePort, type Product, startProduct, until } from './support/product.ts'

const program = fileURLToPath(new URL('../packages/server/src/entry/operate.ts', import.meta.url))

export type BackupReport = {
  /** Of what was acknowledged before the backup began. */
  readonly lost: readonly string[]
  readonly acknowledged: { readonly objects: number; readonly predictions: number }
  /** Calls that were refused while the backup was made, by what they wanted. */
  readonly refused: Readonly<Record<string, number>>
  readonly answers: { readonly before: string; readonly after: string }
  readonly audit: { readonly valid: boolean; readonly entries: number; readonly isOfTheOther: boolean }
  readonly bytes: number
  readonly seconds: Readonly<Record<'backup' | 'restore' | 'start', number>>
  /** The most memory that each of the two commands had. */
  readonly peakMb: Readonly<Record<'backup' | 'restore', number>>
  /** What two backups have left that were broken off: by Ctrl-C, and by a kill that nothing can clean up after. */
  readonly brokenOff: { readonly left: readonly string[]; readonly refusedAs: string }
}

type Ran = { readonly code: number | null; readonly said: string; readonly seconds: number; readonly peakMb: number }

const rows = [40, 45, 50, 36.5].map((bill_length_mm) => ({ bill_length_mm }))

/** Backs up a product that clients work with, restores it into an empty folder, starts that, and compares. */
export const backUpUnderLoad = async (
  { warmMs, more = async () => {} }: { readonly warmMs: number; readonly more?: (product: Product) => Promise<void> },
  say: (line: string) => void,
): Promise<BackupReport> => {
  const env = { MODELSMITH_TOUR: 'off' }
  const environments = join(dataDir, 'environments')
  const product = await startProduct({ env, environments })
  const place = await mkdtemp(join(tmpdir(), 'ms-backup-'))
  // The service user passes through.
  await chmod(place, 0o755)
  const data = join(place, 'data')
  let running = product
  try {
    const ledger = openLedger()
    const target = await prepare(product.client, ledger)
    await more(product)
    const ask = async (from: Product): Promise<string> => {
      const { address } = await from.client.call('getDeployment', { params: { id: target.deployment.id } })
      const answer = await fetch(address, {
        method: 'POST',
        headers: { authorization: `Bearer ${product.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ rows }),
      })
      if (!answer.ok) throw new Error(await answer.text())
      return JSON.stringify(((await answer.json()) as { predictions: unknown }).predictions)
    }
    const before = await ask(product)
    const load = keepBusy(product.client, ledger, target, product.token)
    await new Promise((resolve) => setTimeout(resolve, warmMs))

    const brokenOff = await breakOff(product, place)
    const known = openLedger(ledger.entries())
    const backup = await operate(['backup', join(place, 'backup')], product.data, say)
    demandDone(backup)
    await load.stop()
    // The log of the original goes on after the backup: the restored one's last entry is one of its.
    const original = await product.client.call('listAudit', { query: { limit: 200 } })
    await product.stop()

    const restored = await operate(['restore', join(place, 'backup')], data, say)
    demandDone(restored)
    const began = performance.now()
    await symlink(environments, join(data, 'environments'))
    running = await startProduct({
      again: {
        data,
        token: product.token,
        address: `http://127.0.0.1:${await freePort()}`,
        servingPort: await freePort(),
      },
      env,
    })
    const after = await until(120_000, () => ask(running).catch(() => undefined))
    const start = (performance.now() - began) / 1000
    const lost = await settlesWithin(300_000, known, running.client)
    const { valid, entries, head } = await running.client.call('checkAudit', {})
    return {
      lost,
      acknowledged: known.acknowledged(),
      refused: Object.fromEntries(load.refused),
      answers: { before, after },
      audit: { valid, entries, isOfTheOther: original.items.some(({ hash }) => hash === head) },
      bytes: await sizeOf(join(place, 'backup')),
      seconds: { backup: backup.seconds, restore: restored.seconds, start },
      peakMb: { backup: backup.peakMb, restore: restored.peakMb },
      brokenOff,
    }
  } catch (error) {
    say(running.output().split('\n').slice(-60).join('\n'))
    throw error
  } finally {
    await running.remove()
    await product.remove()
    await rm(place, { recursive: true, force: true })
  }
}

const demandDone = ({ code, said }: Ran): void => {
  if (code !== 0) throw new Error(`Exit status ${code}:\n${said}`)
}

const operate = async (
  args: readonly string[],
  folder: string,
  say: (line: string) => void,
  whenStarted: (kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ran> => {
  const began = performance.now()
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, MODELSMITH_DATA: folder } })
  let said = ''
  let peakMb = 0
  const timer = setInterval(() => {
    void readFile(`/proc/${child.pid}/status`, 'utf8').then(
      (status) => (peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)),
      () => {},
    )
  }, 50)
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
      say(text.trimEnd())
    })
  whenStarted((signal) => child.kill(signal))
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(timer)
  return { code, said, seconds: (performance.now() - began) / 1000, peakMb }
}

/** Two that do not get to their end: Ctrl-C leaves nothing, a kill leaves what no restore takes for a backup. */
const breakOff = async ({ data }: Product, place: string): Promise<BackupReport['brokenOff']> => {
  const stopWhen = (name: string, signal: NodeJS.Signals) => (kill: (signal: NodeJS.Signals) => void) => {
    const look = setInterval(() => {
      if (!existsSync(join(place, `${name}.unfinished`, 'tables'))) return
      clearInterval(look)
      kill(signal)
    }, 5)
  }
  const quiet = () => {}
  await operate(['backup', join(place, 'stopped')], data, quiet, stopWhen('stopped', 'SIGINT'))
  await operate(['backup', join(place, 'killed')], data, quiet, stopWhen('killed', 'SIGKILL'))
  const left = (await readdir(place)).sort()
  const { said } = await operate(['restore', join(place, 'killed.unfinished')], join(place, 'never'), quiet)
  await rm(join(place, 'killed.unfinished'), { recursive: true, force: true })
  return { left, refusedAs: said.trim().split('\n')[0]?.replace(place, '') ?? '' }
}

const sizeOf = async (folder: string): Promise<number> => {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  return bytes
}
