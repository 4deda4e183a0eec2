import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placeOf } from './debian.ts'
import { definedNames, lockedMinors, lockedPackages, readDefinition } from './definitions.ts'
import { environmentsFolder, installEnvironment, listEnvironments } from './environments.ts'
import { readEnvironmentLock } from './lock-file.ts'
import { broughtBy, findR } from './r.ts'

describe('installing an environment', () => {
  let dataDir: string

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'modelsmith-environments-'))
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  it('is done once for callers that ask at the same time', { timeout: 300_000 }, async () => {
    const steps: string[] = []
    const onProgress = (step: string) => steps.push(step)
    const install = () => installEnvironment({ name: 'python-core', dataDir, onProgress })
    const [one, two] = await Promise.all([install(), install()])
    expect(one).toEqual(two)
    expect(steps.filter((step) => step === 'installing packages')).toHaveLength(1)
    expect(steps).toContain('90 MB to download, unless pip has them already; 420 MB on the disk')
    const listed = (await listEnvironments(dataDir)).find(({ name }) => name === 'python-core')
    expect(listed).toMatchObject({ installed: true, pythons: ['3.13', '3.12', '3.11', '3.10', '3.9'] })
    expect(listed?.packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['lightgbm', 'numpy', 'pandas', 'scikit-learn', 'scipy']),
    )
  })

  it('names the environments that there are when asked for another', async () => {
    await expect(installEnvironment({ name: 'python-mk', dataDir })).rejects.toThrow(
      'There is no environment "python-mk"; there are: python-3.7-sklearn-0.21.3, python-3.8-ml, python-core, python-keras, python-ml, python-search, python-torch, r-core, r-ml',
    )
  })

  it('says which versions of Python there are where the one that is asked for is missing', async () => {
    await expect(installEnvironment({ name: 'python-core', minor: '3.5', dataDir })).rejects.toThrow(
      /^No Python of the versions 3\.5 was found; there is 3\.\d+/,
    )
  })
})

describe('the locks', () => {
  it('pin every package by version and SHA-256, and leave GPU payloads out', async () => {
    for (const name of await definedNames())
      for (const minor of await lockedMinors(name)) {
        const lock = await readEnvironmentLock('', name, minor)
        const packages = await lockedPackages(name, minor)
        expect(packages.length).toBeGreaterThan(5)
        const withHash = [...lock.matchAll(/^\S+==\S+ \\\n {4}--hash=sha256:[0-9a-f]{64}/gm)]
        expect([name, minor, withHash.length]).toEqual([name, minor, packages.length])
        expect(packages.filter((each) => /nvidia|cuda|nccl|triton/.test(each.name))).toEqual([])
      }
  })

  it('name what comes from Debian: by version and SHA-256 once it was fetched', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'modelsmith-locks-'))
    const layer = { name: 'r-cran-caret', version: '6.0-93+dfsg-1', sha256: 'ab'.repeat(32) }
    try {
      expect(await readEnvironmentLock(dataDir, 'python-torch')).toMatch(
        /\n# Debian: python3-torch, libopenblas0-pthread, in the version that it has when the environment is first used\n$/,
      )
      const r = await findR()
      const definition = await readDefinition('r-ml')
      if (r === undefined || definition.language === 'python') throw new Error('R is part of the set-up.')
      const brought = broughtBy(definition, r)
      const place = placeOf(brought, environmentsFolder(dataDir))
      await mkdir(place, { recursive: true })
      await writeFile(join(place, 'layer.json'), JSON.stringify([layer]))
      const text = await readEnvironmentLock(dataDir, 'r-ml')
      expect(text.startsWith(`# R ${r.version}\n`)).toBe(true)
      expect(text).toContain(`\njsonlite ${r.packages.find(({ name }) => name === 'jsonlite')?.version}\n`)
      const fetched = `\n# Debian, unpacked beside the system\nr-cran-caret 6.0-93+dfsg-1 sha256:${layer.sha256}\n`
      expect(text.endsWith(fetched)).toBe(brought.length > 0)
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  })

  it.each(['python-ml', 'python-search'])(
    'of python-core are part of those of %s: what is installed at start need not be installed again',
    async (name) => {
      expect(await lockedMinors(name)).toEqual(await lockedMinors('python-core'))
      for (const minor of await lockedMinors(name))
        expect(await lockedPackages(name, minor)).toEqual(
          expect.arrayContaining(await lockedPackages('python-core', minor)),
        )
    },
  )
})
