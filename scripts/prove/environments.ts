import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunner, dataFolder } from '@modelsmith/runner'
import { cases, largeCases } from '../../conformance/environments/cases.ts'
import { trainIn } from '../../conformance/environments/train.ts'

/** Trains a task in every built-in environment, those that are too large for the tests among them. A name as argument takes one. */
const wanted = process.argv[2] ?? ''
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-envs-'))
chmodSync(folder, 0o755)
const runner = createRunner({ runtimeDir: join(folder, 'run') })
let failed = 0
for (const [name, given] of Object.entries({ ...cases, ...largeCases })) {
  if (!given.environment.includes(wanted)) continue
  const place = join(folder, name.replace(/\W+/g, '-'))
  mkdirSync(place)
  const started = performance.now()
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0)
  try {
    const { artifacts, prints, predictions } = await trainIn(given, { runner, folder: place, dataDir: dataFolder() })
    const lines = prints.map((line) => line.trim()).filter((line) => line !== '')
    const said = lines.find((line) => given.prints.test(line))
    const held = said !== undefined && artifacts.includes(given.artifact) && predictions.every(Number.isFinite)
    if (!held) failed++
    console.log(
      `${held ? 'held  ' : 'FAILED'} ${name}: ${said ?? lines.join(' | ')}, ${artifacts.join(', ')}, ${seconds()} s`,
    )
  } catch (error) {
    failed++
    console.log(`FAILED ${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
await runner.close()
rmSync(folder, { recursive: true, force: true })
process.exitCode = failed
