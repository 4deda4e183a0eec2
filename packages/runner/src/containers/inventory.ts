import { runnerError } from '../errors.ts'
import type { Environment, InstalledPackage } from '../types.ts'
import { runArguments } from './arguments.ts'
import { lastLine, runToEnd } from './command.ts'
import { workerMounts, workerPlace } from './container.ts'
import type { Engine } from './engine.ts'

/** A language that an image can run, and what the worker lacks there. */
export type LanguageInImage = {
  readonly path: string
  readonly version: string
  readonly packages: readonly InstalledPackage[]
  readonly missing: readonly string[]
}

/** What an image has, as its own Python told (`modelsmith_worker.inventory`). */
export type Inventory = { readonly python: LanguageInImage; readonly r?: LanguageInImage }

const seconds = 120

/** Asks an image, shut in as a session is; throws when it could run no task at all. */
export const takeInventory = async (engine: Engine, image: string): Promise<Inventory> => {
  const name = `modelsmith-${process.pid}-inventory-${Math.random().toString(36).slice(2, 8)}`
  const args = runArguments(engine, {
    name,
    image,
    command: ['python3', '-m', 'modelsmith_worker.inventory'],
    mounts: workerMounts,
    limits: { memoryMb: 1024, processes: 64 },
    tmpMb: 64,
    user: { uid: 65_534, gid: 65_534 },
    network: 'isolated',
    variables: { PYTHONPATH: `${workerPlace}/python`, PYTHONDONTWRITEBYTECODE: '1', LANG: 'C.UTF-8' },
    without: new Set(),
  })
  const { code, stdout, stderr } = await runToEnd(engine.program, args, { timeoutMs: seconds * 1000 })
  if (code === 126 || code === 127) throw runnerError('container.noPython', {})
  const inventory = code === 0 ? readInventory(stdout) : undefined
  if (inventory === undefined)
    throw runnerError('container.inventory', { problem: lastLine(stderr) || `status ${code}` })
  const { python, r } = inventory
  if (python.missing.length > 0 && (r === undefined || r.missing.length > 0))
    throw runnerError('container.needs', { python: python.missing, r: r?.missing })
  return inventory
}

const readInventory = (text: string): Inventory | undefined => {
  try {
    return JSON.parse(text) as Inventory
  } catch {
    return undefined
  }
}

/** Whether tasks of the language can run in an image. */
export const runs = ({ python, r }: Inventory, language: 'python' | 'r'): boolean =>
  (language === 'python' ? python : r)?.missing.length === 0

const rProgram = (path: string): readonly string[] => [
  path,
  '--vanilla',
  '--no-echo',
  `--file=${workerPlace}/r/worker.R`,
]

/** An image as an environment for one of its languages. */
export const imageEnvironment = (
  {
    name,
    image,
    id,
    inventory,
  }: { readonly name: string; readonly image: string; readonly id: string; readonly inventory: Inventory },
  language: 'python' | 'r',
): Environment => ({
  name,
  language,
  fingerprint: [id, language, process.arch].join(' '),
  interpreter: inventory.python.path,
  ...(language === 'r' && inventory.r !== undefined ? { program: rProgram(inventory.r.path) } : {}),
  roots: [],
  preload: [],
  image,
})
