import { execFileSync } from 'node:child_process'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Environment, findPythons, installEnvironment } from '@modelsmith/runner'

/** The oldest Python of all has no environment of ours: the last versions that it has of what the cases need. */
const oldestMinor = '3.6'
const lastForOldest = ['numpy==1.19.5', 'scipy==1.5.4', 'pandas==1.1.5', 'joblib==1.1.1', 'scikit-learn==0.24.2']

const environmentOf: Readonly<Record<string, string>> = { '3.7': 'python-3.7-sklearn-0.21.3', '3.8': 'python-3.8-ml' }

const numberOf = (minor: string): number => Number(minor.split('.')[1])

/** The minor versions of Python on this machine, oldest first. */
export const minorsHere = async (): Promise<readonly string[]> => {
  const found = new Set((await findPythons()).map(({ minor }) => minor))
  return [...found].toSorted((a, b) => numberOf(a) - numberOf(b))
}

/** What the cases need, in one version of Python. */
export const environmentIn = async (minor: string, dataDir: string): Promise<Environment> => {
  if (minor !== oldestMinor) {
    const name = environmentOf[minor]
    return name === undefined
      ? installEnvironment({ name: 'python-core', minor, dataDir, forEveryone: true })
      : installEnvironment({ name, dataDir, forEveryone: true })
  }
  const python = (await findPythons()).find((each) => each.minor === minor)
  const venv = join(dataDir, 'environments', `worker-${minor}`)
  const interpreter = join(venv, 'bin', 'python')
  if (!existsSync(venv)) {
    const making = `${venv}.${process.pid}.new`
    const run = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: 'ignore' })
    try {
      run(python?.path ?? '', '-m', 'venv', making)
      const pip = [join(making, 'bin', 'python'), '-m', 'pip', 'install', '--quiet'] as const
      run(...pip, 'pip==21.3.1')
      run(...pip, '--only-binary', ':all:', ...lastForOldest)
      renameSync(making, venv)
    } finally {
      rmSync(making, { recursive: true, force: true })
    }
  }
  return environmentAt(interpreter)
}

/** An interpreter that has what the cases need. */
export const environmentAt = (interpreter: string): Environment => {
  const prefixes = 'import sys; print(sys.prefix); print(sys.base_prefix)'
  const roots = execFileSync(interpreter, ['-c', prefixes], { encoding: 'utf8' }).trim().split('\n')
  return {
    name: 'other',
    language: 'python',
    fingerprint: interpreter,
    interpreter,
    roots: [...new Set(roots)],
    preload: ['numpy', 'pandas', 'joblib'],
  }
}
