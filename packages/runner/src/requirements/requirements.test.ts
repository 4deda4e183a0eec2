import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { installEnvironment } from '../environments.ts'
import { readEnvironmentLock } from '../lock-file.ts'
import { findPythons } from '../pythons.ts'
import { prepareEnvironment } from './index.ts'

let dataDir: string
let shared: string
const minutes = 60_000

/** What is made on top of python-core in a data folder that has nothing else yet. */
beforeAll(async () => {
  shared = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
  await installEnvironment({ name: 'python-core', dataDir: shared, forEveryone: true })
  dataDir = await mkdtemp(join(tmpdir(), 'modelsmith-requirements-'))
  await mkdir(join(dataDir, 'environments'))
  await symlink(join(shared, 'environments/python-core'), join(dataDir, 'environments/python-core'))
}, 10 * minutes)
afterAll(() => rm(dataDir, { recursive: true, force: true }))

const prepare = (requirements: readonly string[], onProgress: (step: string) => void = () => {}) =>
  prepareEnvironment({ name: 'python-core', requirements, dataDir, forEveryone: true, onProgress })

describe('requirements on top of an environment', { timeout: 5 * minutes }, () => {
  it('are met by the environment itself where it has them: nobody is asked', async () => {
    const own = await prepare([])
    const scipy =
      /^scipy==\S+/m.exec(
        await readEnvironmentLock(dataDir, 'python-core', own.fingerprint.split(' ')[1]?.replace(/\.\d+$/, '')),
      )?.[0] ?? ''
    const steps: string[] = []
    expect(await prepare(['Scikit_Learn', scipy], (step) => steps.push(step))).toEqual(own)
    expect(steps).toEqual([])
  })

  it('are resolved and made once for two that ask at the same time, and not again for a third', async () => {
    const steps: string[] = []
    const [one, two] = await Promise.all([1, 2].map(() => prepare(['tabulate==0.9.0'], (step) => steps.push(step))))
    expect(one).toEqual(two)
    expect(one?.name).toMatch(/^python-core\+[0-9a-f]{12}$/)
    expect(one?.lock?.packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['tabulate 0.9.0'])
    expect(one?.lock?.why).toMatch(/^Python 3\.\d+, as python-core has it on this machine$/)
    expect(steps.filter((step) => step === 'resolving the requirements')).toHaveLength(1)
    expect(steps.filter((step) => step.startsWith('installing '))).toEqual(['installing tabulate 0.9.0'])
    steps.length = 0
    expect(await prepare(['tabulate==0.9.0'], (step) => steps.push(step))).toEqual(one)
    expect(steps).toEqual([])
  })

  it('are made again from the lock alone, and its text names every package with its hash', async () => {
    const { lock, name } = await prepare(['tabulate==0.9.0'])
    await rm(join(dataDir, 'environments', name), { recursive: true })
    await rm(join(dataDir, 'environments', 'resolved'), { recursive: true })
    const again = await prepareEnvironment({ name, lock, requirements: [], dataDir, forEveryone: true })
    expect(again.name).toBe(name)
    expect(await readdir(again.layers?.[0] ?? '')).toContain('tabulate')
    const text = await readEnvironmentLock(dataDir, name)
    expect(text).toContain(
      'tabulate==0.9.0 --hash=sha256:024ca478df22e9340661486f85298cff5f6dcdba14f3813e8830015b9ed1948f',
    )
    expect(text).toMatch(/^scikit-learn==\S+ \\\n {4}--hash=sha256:/m)
    await expect(readEnvironmentLock(dataDir, 'python-core+000000000000')).rejects.toThrow(
      'nothing says what it is made of',
    )
    await expect(readEnvironmentLock(dataDir, '../../etc/passwd')).rejects.toThrow('There is no environment')
  })

  it('replace a package of the environment, which is then not held ready in it', async () => {
    const { lock, preload } = await prepare(['joblib==1.4.2'])
    expect(lock?.packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['joblib 1.4.2'])
    expect(preload).toEqual([])
  })

  it.each([
    [
      'a package that nobody has',
      ['nobody-has-this==1.0'],
      'The package index has no package "nobody-has-this" (requirements.txt: nobody-has-this==1.0).',
    ],
    [
      'a version that there is not',
      ['tabulate==99.9'],
      /^There is no version of tabulate==99\.9 that can be used; the newest that can: .*0\.9\.0/,
    ],
    [
      'a package that exists as source only',
      ['sklearn==0.0.post12'],
      /^sklearn==0\.0\.post12 has no wheel for this machine and Python 3\.\d+.*: it would have to be compiled\.$/,
    ],
    [
      'versions that do not fit together',
      ['scikit-learn==1.6.1', 'joblib==1.1.1'],
      /^The requirements do not fit together: .*joblib==1\.1\.1.*scikit-learn 1\.6\.1 depends on joblib>=1\.2\.0/,
    ],
  ])('refuse %s and say what', async (_, requirements, message) => {
    await expect(prepare(requirements)).rejects.toThrow(message)
  })

  it('refuse what a requirement needs in turn and would have to be compiled, and say who needs it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'modelsmith-index-'))
    const [python] = await findPythons()
    await promisify(execFile)(python?.path ?? '', ['-I', '-c', smallIndex, folder])
    vi.stubEnv('PIP_NO_INDEX', '1')
    vi.stubEnv('PIP_FIND_LINKS', folder)
    try {
      await expect(prepare(['needs-source==1.0'])).rejects.toThrow(
        /^only-source>=2, which needs-source needs, has no wheel for this machine and Python 3\.\d+: it would have to be compiled\.$/,
      )
      await expect(prepare(['needs-nothing-known==1.0'])).rejects.toThrow(
        'The package index has no package "nobody-has-this" (needs-nothing-known: nobody-has-this).',
      )
    } finally {
      vi.unstubAllEnvs()
      await rm(folder, { recursive: true, force: true })
    }
  })
})

/** An index that is a folder: two wheels, one of which needs what is there as source only, and the other what is nowhere. */
const smallIndex = `
import io, sys, tarfile, zipfile

for name, needs in (("needs_source", "only-source>=2"), ("needs_nothing_known", "nobody-has-this")):
    with zipfile.ZipFile("%s/%s-1.0-py3-none-any.whl" % (sys.argv[1], name), "w") as wheel:
        info = name + "-1.0.dist-info/"
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: %s\\nVersion: 1.0\\nRequires-Dist: %s\\n" % (name, needs))
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
with tarfile.open(sys.argv[1] + "/only-source-2.1.tar.gz", "w:gz") as source:
    for file, text in (("PKG-INFO", "Metadata-Version: 2.1\\nName: only-source\\nVersion: 2.1\\n"), ("setup.py", "raise SystemExit(1)\\n")):
        entry = tarfile.TarInfo("only-source-2.1/" + file)
        entry.size = len(text)
        source.addfile(entry, io.BytesIO(text.encode()))
`

it('choose the Python whose time the pins are from, or say which one is missing', {
  timeout: 15 * minutes,
}, async () => {
  const requirements = ['scikit-learn==0.23.1', 'pandas==1.1.0']
  const outcome = await prepareEnvironment({
    name: 'python-ml',
    requirements,
    dataDir: shared,
    forEveryone: true,
  }).then(
    ({ lock }) => `${lock?.why}; ${lock?.packages.map((each) => `${each.name} ${each.version}`).join(', ')}`,
    (error: Error) => error.message,
  )
  const there = (await findPythons()).some(({ minor }) => minor === '3.8')
  const why = 'Python 3\\.8 \\(python-3\\.8-ml\\): scikit-learn==0\\.23\\.1 has no wheels for Python 3\\..*'
  expect(outcome).toMatch(
    new RegExp(
      there
        ? `^${why}; pandas 1\\.1\\.0, scikit-learn 0\\.23\\.1$`
        : `^The requirements need a Python that this machine does not have\\. ${why}; there is 3\\.`,
    ),
  )
})
