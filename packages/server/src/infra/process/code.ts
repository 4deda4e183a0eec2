import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { closedFolder } from './folders.ts'

/** Where code lies, and the Node that runs it. */
export type Code = { readonly root: string; readonly node: string }

type LockedPackage = {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly link?: boolean
  readonly resolved?: string
}
type Lock = Readonly<Record<string, LockedPackage>>

/** What the entry points need beside installed packages. */
const ownFolders = ['packages', 'library', 'environments', 'examples', 'runners', 'package.json']

/**
 * The code as every user can read it: in place, or, where the clone lies below a folder that only root may enter, in a
 * copy. Installed packages and Node are copied once for each lock, our own code at every start.
 */
export const readableCode = async (code: Code, copiesFolder: string): Promise<Code> => {
  if ([code.root, dirname(code.node)].every((folder) => closedFolder(folder) === undefined)) return code
  const lockText = await readFile(join(code.root, 'package-lock.json'), 'utf8')
  const version = createHash('sha256').update(`${lockText}${process.version}`).digest('hex').slice(0, 16)
  const copy = { root: join(copiesFolder, version), node: join(copiesFolder, version, 'bin/node') }
  if (!existsSync(copy.root)) {
    await rm(copiesFolder, { recursive: true, force: true })
    await copyInstalled(code, `${copy.root}.unfinished`, (JSON.parse(lockText) as { packages: Lock }).packages)
    await rename(`${copy.root}.unfinished`, copy.root)
  }
  for (const name of ownFolders) {
    await rm(join(copy.root, name), { recursive: true, force: true })
    await copyInto(join(code.root, name), join(copy.root, name))
  }
  await promisify(execFile)('chmod', ['-R', 'go+rX', copiesFolder])
  return copy
}

const copyInstalled = async (code: Code, target: string, lock: Lock): Promise<void> => {
  await mkdir(join(target, 'bin'), { recursive: true })
  await copyInto(code.node, join(target, 'bin/node'))
  for (const path of neededPackages(lock, 'packages/server'))
    if (existsSync(join(code.root, path))) await copyInto(join(code.root, path), join(target, path))
}

const copyInto = async (source: string, target: string): Promise<void> => {
  await mkdir(dirname(target), { recursive: true })
  await cp(source, target, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
}

/** The installed packages that a package of ours needs, with what those need, as paths within the project. */
export const neededPackages = (lock: Lock, from: string): readonly string[] => {
  const found = new Set<string>()
  const visit = (path: string): void => {
    if (found.has(path)) return
    found.add(path)
    const entry = lock[path] ?? {}
    if (entry.link === true) return visit(entry.resolved ?? '')
    const names = [entry.dependencies, entry.optionalDependencies, entry.peerDependencies].flatMap((each) =>
      Object.keys(each ?? {}),
    )
    for (const name of names) {
      const place = placeOf(lock, path, name)
      if (place !== undefined) visit(place)
    }
  }
  visit(from)
  return [...found].filter((path) => path.includes('node_modules/'))
}

/** Where a package finds another: in its own node_modules, or in the nearest above. */
const placeOf = (lock: Lock, path: string, name: string): string | undefined => {
  for (let base = path; ; base = base.includes('/') ? dirname(base) : '') {
    const place = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`
    if (place in lock) return place
    if (base === '') return undefined
  }
}
