import { execFile } from 'node:child_process'
import { access, constants, readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type Python = {
  readonly path: string
  /** `3.11`. */
  readonly minor: string
  readonly version: string
  /** Folders outside the system's own that it needs. */
  readonly roots: readonly string[]
  /** Can every user of this machine run it; one below root's home cannot be run by a service user. */
  readonly forEveryone: boolean
}

const minors = ['3.13', '3.12', '3.11', '3.10', '3.9', '3.8', '3.7', '3.6']

const exists = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

const folders = (path: string): Promise<string[]> =>
  readdir(path).then(
    (names) => names.sort().reverse(),
    () => [],
  )

/** Those that the operator names, the most wanted first. */
const named = (): string[] => (process.env['MODELSMITH_PYTHON'] ?? '').split(':').filter((path) => path !== '')

/** Where interpreters usually are: a named one, the system's, the search path, pyenv's, uv's. */
const candidates = async (): Promise<string[]> => {
  const path = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '' && !folder.includes('shims'))
  const pyenv = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions')
  const uv = join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'uv', 'python')
  return [
    ...named(),
    ...['/usr/bin', ...path].flatMap((folder) =>
      ['python3', ...minors.map((minor) => `python${minor}`)].map((name) => join(folder, name)),
    ),
    ...(await folders(pyenv)).map((version) => join(pyenv, version, 'bin', 'python3')),
    ...(await folders(uv)).map((version) => join(uv, version, 'bin', 'python3')),
  ]
}

const question = 'import sys,json;print(json.dumps([sys.executable,"%d.%d.%d"%sys.version_info[:3],sys.base_prefix]))'

const describe = async (path: string): Promise<Python | undefined> => {
  try {
    const { stdout } = await run(path, ['-I', '-c', question], { timeout: 20_000 })
    const [executable, version, prefix] = JSON.parse(stdout) as [string, string, string]
    const minor = version.split('.').slice(0, 2).join('.')
    const roots = prefix === '/usr' ? [] : [prefix]
    return { path: executable, minor, version, roots, forEveryone: await isForEveryone(executable) }
  } catch {
    return undefined
  }
}

const isForEveryone = async (path: string): Promise<boolean> => {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false
    if (folder === '/') return true
  }
}

/** The machine's Python interpreters, best first: a named one, then those that every user can run, then the newest. */
export const findPythons = async (): Promise<Python[]> => {
  const found = new Map<string, Python>()
  for (const path of new Set(await candidates())) {
    if (!(await exists(path))) continue
    const python = await describe(path)
    if (python !== undefined && !found.has(python.path)) found.set(python.path, python)
  }
  const all = [...found.values()]
  const isNamed = ({ path }: Python) => named().includes(path)
  return all.sort(
    (a, b) =>
      Number(isNamed(b)) - Number(isNamed(a)) ||
      Number(b.forEveryone) - Number(a.forEveryone) ||
      minors.indexOf(a.minor) - minors.indexOf(b.minor),
  )
}
