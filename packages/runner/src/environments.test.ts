import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installEnvironment, listEnvironments } from './environments.ts'

describe('installing an environment', () => {
  let dataDir: string

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'modelsmith-environments-'))
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  it('is done once for callers that ask at the same time', { timeout: 300_000 }, async () => {
    const steps: string[] = []
    const onProgress = (step: string) => steps.push(step)
    const install = () => installEnvironment({ name: 'python-ml', dataDir, onProgress })
    const [one, two] = await Promise.all([install(), install()])
    expect(one).toEqual(two)
    expect(steps.filter((step) => step === 'installing packages')).toHaveLength(1)
    const [listed] = await listEnvironments(dataDir)
    expect(listed).toMatchObject({ name: 'python-ml', installed: true })
    expect(listed?.packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['lightgbm', 'numpy', 'pandas', 'scikit-learn', 'scipy']),
    )
  })

  it('names the environments that there are when asked for another', async () => {
    await expect(installEnvironment({ name: 'python-mk', dataDir })).rejects.toThrow(
      'There is no environment "python-mk"; there are: python-ml, r-ml',
    )
  })
})
