import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CHECK_PARTS, type CheckPart } from './check/parts.ts'

type Outcome = { readonly part: CheckPart; readonly passed: boolean; readonly output: string; readonly seconds: number }

const root = join(import.meta.dirname, '..')

const run = (part: CheckPart): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const program = part.tool === 'node' ? process.execPath : join(root, 'node_modules/.bin', part.tool)
    const started = performance.now()
    const child = spawn(program, part.args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({
        part,
        passed: code === 0,
        output: Buffer.concat(chunks).toString().trimEnd(),
        seconds: (performance.now() - started) / 1000,
      }),
    )
  })

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: { outputFile: { type: 'string' } },
})
const parts = CHECK_PARTS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
const outcomes = await Promise.all(parts.map(run))

for (const { part, output } of outcomes.filter(({ passed }) => !passed)) console.log(`\n── ${part.name}\n${output}`)
console.log()
for (const { part, passed, seconds } of outcomes)
  console.log(`${passed ? 'passed' : 'FAILED'}  ${part.name.padEnd(18)} ${seconds.toFixed(1).padStart(6)} s`)
const failed = outcomes.filter(({ passed }) => !passed).length
console.log(`check: ${outcomes.length - failed} passed, ${failed} failed`)
if (values.outputFile !== undefined)
  writeFileSync(values.outputFile, JSON.stringify({ numPassedTests: outcomes.length - failed, numFailedTests: failed }))
process.exitCode = failed === 0 && outcomes.length > 0 ? 0 : 1
