import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { encodeBlocksWhole, tableFromRows } from '@modelsmith/table'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readEnvironmentLock } from '../lock-file.ts'
import { findR } from '../r.ts'
import { prepareEnvironment } from '../requirements/index.ts'
import { createRunner } from '../runner.ts'
import type { Environment } from '../types.ts'

const run = promisify(execFile)
const hasR = process.env['CI'] !== undefined || (await findR()) !== undefined

/** Sources of small packages: one in R, one in C that it needs, one that does not compile, one whose script looks around. */
const sources: Record<string, Record<string, string>> = {
  ModelsmithGreets: {
    DESCRIPTION: 'Version: 1.2\nImports: ModelsmithCounts (>= 0.3)\n',
    NAMESPACE: 'export(greet)\nimport(ModelsmithCounts)\n',
    'R/greet.R': 'greet <- function(x) count(x) * 10\n',
  },
  ModelsmithCounts: {
    DESCRIPTION: 'Version: 0.3-1\nNeedsCompilation: yes\n',
    NAMESPACE: 'useDynLib(ModelsmithCounts)\nexport(count)\n',
    'R/count.R': 'count <- function(x) .Call("count_all", as.double(x), PACKAGE = "ModelsmithCounts")\n',
    'src/count.c':
      '#include <Rinternals.h>\nSEXP count_all(SEXP x) { SEXP y = PROTECT(Rf_allocVector(REALSXP, XLENGTH(x))); for (R_xlen_t i = 0; i < XLENGTH(x); i++) REAL(y)[i] = REAL(x)[i] + 1; UNPROTECT(1); return y; }\n',
  },
  ModelsmithBroken: {
    DESCRIPTION: 'Version: 1.0\nNeedsCompilation: yes\n',
    NAMESPACE: 'useDynLib(ModelsmithBroken)\n',
    'src/broken.c': '#include <Rinternals.h>\nSEXP broken(SEXP x) { return nowhere_defined }\n',
  },
  ModelsmithLooks: {
    DESCRIPTION: 'Version: 1.0\n',
    NAMESPACE: '',
    'R/looks.R': `found <- c(
  secret = nzchar(Sys.getenv("MODELSMITH_TEST_SECRET")),
  file = file.exists("{{SECRET}}"),
  network = !inherits(suppressWarnings(try(socketConnection("127.0.0.1", {{PORT}}, timeout = 2), silent = TRUE)), "try-error"))
stop("the build found: ", paste(names(found)[found], collapse = " "), ".")
`,
  },
}

let folder: string
let dataDir: string
let contrib: string
let server: Server
const asked: string[] = []
const steps: string[] = []

const prepare = (requirements: readonly string[], more: object = {}): Promise<Environment> =>
  prepareEnvironment({
    name: 'r-core',
    requirements,
    dataDir,
    forEveryone: true,
    onProgress: (step) => steps.push(step),
    ...more,
  })

const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelsmith-cran-'))
  dataDir = join(folder, 'data')
  contrib = join(folder, 'mirror', 'src', 'contrib')
  await mkdir(contrib, { recursive: true })
  await mkdir(join(dataDir, 'environments'), { recursive: true })
  // Debian's lists, where another test has fetched them.
  const shared = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`, 'environments', 'apt')
  await mkdir(shared, { recursive: true })
  await symlink(shared, join(dataDir, 'environments', 'apt'))
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    readFile(join(folder, 'mirror', new URL(request.url ?? '', 'http://mirror').pathname)).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  if (!hasR) return
  await writeFile(join(folder, 'secret'), 'secret')
  for (const [name, files] of Object.entries(sources)) {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, name, path)
      await mkdir(join(file, '..'), { recursive: true })
      const head =
        path === 'DESCRIPTION' ? `Package: ${name}\nTitle: A Test\nDescription: A test.\nLicense: GPL-2\n` : ''
      const port = String((server.address() as AddressInfo).port)
      const own = text.replaceAll('{{SECRET}}', join(folder, 'secret')).replaceAll('{{PORT}}', port)
      await writeFile(file, head + own)
    }
    await run('R', ['CMD', 'build', '--no-build-vignettes', join(folder, name)], { cwd: contrib })
  }
  await run('Rscript', ['-e', `tools::write_PACKAGES("${contrib}", type = "source")`])
  vi.stubEnv('MODELSMITH_CRAN', `${address()}/`)
  vi.stubEnv('MODELSMITH_TEST_SECRET', 'a secret')
}, 300_000)

afterAll(async () => {
  vi.unstubAllEnvs()
  server.close()
  await rm(folder, { recursive: true, force: true })
})

const rows = tableFromRows({ columns: [{ name: 'a', type: 'number' }] }, [{ a: 1 }, { a: 2 }])
const task = `library(ModelsmithGreets)
fit <- function(X, y, output_dir) saveRDS(1, file.path(output_dir, "model.rds"))
predict <- function(data, model) data.frame(Predictions = greet(data$a))
`

/** What a task that uses the packages predicts. */
const predictedIn = async (environment: Environment): Promise<unknown> => {
  const work = await mkdtemp(join(folder, 'task-'))
  const [codeDir, outputDir] = [join(work, 'code'), join(work, 'out')]
  await run('chmod', ['755', folder, work])
  await mkdir(codeDir)
  await mkdir(outputDir)
  await writeFile(join(codeDir, 'custom.R'), task)
  const runner = createRunner({ runtimeDir: join(work, 'run'), sandbox: 'full' })
  try {
    const limits = { memoryMb: 1024, cpuSeconds: 60, wallSeconds: 120, processes: 32, fileSizeMb: 16, threads: 1 }
    const session = await runner.open({ environment, limits, readable: [codeDir], writable: [outputDir] })
    await session.addTask({ name: 'greets', codeDir })
    const x = { parts: [{ blocks: Buffer.from(encodeBlocksWhole(rows)).toString('base64') }] }
    const given = { task: 'greets', targetType: 'regression', x, seed: 1 } as const
    await session.fit({ ...given, parameters: {}, outputDir, keepAs: 'model' })
    const { scores } = await session.predict({ ...given, model: 'model' })
    const [column] = scores.columns
    return column?.kind === 'float64' ? [...column.values] : column
  } finally {
    await runner.close()
  }
}

describe.runIf(hasR)('packages of R that only the mirror has', { timeout: 300_000 }, () => {
  it('are built from source with what they need, once, and used', async () => {
    const environment = await prepare(['ModelsmithGreets'])
    expect(environment.name).toMatch(/^r-core\+[0-9a-f]{12}$/)
    expect(environment.lock?.packages).toEqual([
      { name: 'ModelsmithCounts', version: '0.3-1', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), from: 'mirror' },
      { name: 'ModelsmithGreets', version: '1.2', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), from: 'mirror' },
    ])
    expect(environment.lock?.why).toBe(
      'R as the system has it; ModelsmithCounts, ModelsmithGreets built from the source of the mirror',
    )
    // The log of the build is live.
    expect(steps).toContain('* DONE (ModelsmithGreets)')
    expect(await predictedIn(environment)).toEqual([20, 30])
    expect(await readEnvironmentLock(dataDir, environment.name)).toMatch(
      /^ModelsmithCounts 0\.3-1 sha256:[0-9a-f]{64}$/m,
    )
    steps.length = asked.length = 0
    expect(await prepare(['ModelsmithGreets'])).toEqual(environment)
    expect(asked).toEqual([])
    expect(steps.filter((step) => step.includes('building'))).toEqual([])
  })

  it('are built again elsewhere from the lock alone, in the versions that it names', async () => {
    const { lock, name } = await prepare(['ModelsmithGreets'])
    for (const made of await readdir(join(dataDir, 'environments')))
      if (made !== 'apt') await rm(join(dataDir, 'environments', made), { recursive: true })
    // The mirror has gone on.
    await mkdir(join(contrib, 'Archive', 'ModelsmithGreets'), { recursive: true })
    await rename(
      join(contrib, 'ModelsmithGreets_1.2.tar.gz'),
      join(contrib, 'Archive', 'ModelsmithGreets', 'ModelsmithGreets_1.2.tar.gz'),
    )
    const counts = join(contrib, 'ModelsmithCounts_0.3-1.tar.gz')
    const bytes = await readFile(counts)
    await writeFile(counts, Buffer.concat([bytes, Buffer.of(0)]))
    await expect(prepare([], { lock })).rejects.toThrow(
      /^The mirror's ModelsmithCounts 0\.3-1 is not the file with SHA-256 /,
    )
    await writeFile(counts, bytes)
    const again = await prepare([], { lock })
    expect(again.name).toBe(name)
    expect(await predictedIn(again)).toEqual([20, 30])
    expect(await readdir(join(dataDir, 'environments', 'cran-sources'))).toHaveLength(2)
  })

  it('are refused where they do not compile, with the line of the log that says so', async () => {
    steps.length = 0
    await expect(prepare(['ModelsmithBroken'])).rejects.toThrow(
      /^A package of R could not be built from source: ModelsmithBroken 1\.0: ERROR: compilation failed/,
    )
    expect(steps.join('\n')).toMatch(/broken\.c:2:.*error: .*nowhere_defined/)
    const left = await readdir(join(dataDir, 'environments'))
    expect(left.filter((name) => /^cran-[0-9a-f]+(\.|-)/.test(name))).toEqual([])
  })

  it('are built where there is neither the network nor what belongs to others', async () => {
    await expect(prepare(['ModelsmithLooks'])).rejects.toThrow('could not be built')
    expect(steps.join('\n')).toContain('the build found: .')
  })

  it('are refused where nobody has them, and where the mirror cannot be asked', async () => {
    await expect(prepare(['ModelsmithNowhere'])).rejects.toThrow(
      'Neither R, nor Debian, nor the mirror of R packages has: ModelsmithNowhere.',
    )
    vi.stubEnv('MODELSMITH_CRAN', 'http://127.0.0.1:1')
    await expect(prepare(['ModelsmithNowhere'])).rejects.toMatchObject({ code: 'requirements.mirror' })
    vi.stubEnv('MODELSMITH_CRAN', `${address()}/elsewhere`)
    await expect(prepare(['ModelsmithNowhere'])).rejects.toThrow('it has no src/contrib/PACKAGES')
    vi.stubEnv('MODELSMITH_CRAN', '')
    const lock = {
      version: 1,
      base: 'r-core',
      python: '',
      baseLock: '',
      requirements: ['ModelsmithNowhere'],
      why: '',
      packages: [{ name: 'ModelsmithNowhere', version: '1.0', sha256: '0'.repeat(64), from: 'mirror' }],
    }
    await expect(prepare([], { lock })).rejects.toMatchObject({ code: 'requirements.noMirror' })
  })
})
