import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { casesOf, fits } from './fits.ts'

/** `npm run hostile -- DIR`: judges every file of DIR/README.tsv, one line a file, against its column `must`. */
const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('Usage: npm run hostile -- DIR')
  process.exit(2)
}

// The time is the processor's; only what hangs is ended by the clock, which a busy machine must not reach by its waiting.
const limits = { milliseconds: 100, peakMb: 256, endedAfterMs: 120_000 }

type Judged = { readonly kind: string; readonly code: string; readonly milliseconds: number; readonly peakMb: number }

const judge = (path: string): Judged | undefined => {
  const child = spawnSync(process.execPath, [join(import.meta.dirname, 'judge.ts'), path], {
    encoding: 'utf8',
    timeout: limits.endedAfterMs,
  })
  return child.error === undefined && child.status === 0 ? (JSON.parse(child.stdout) as Judged) : undefined
}

const { cases, isUnsupportedFolder } = casesOf(readFileSync(join(folder, 'README.tsv'), 'utf8'))
const counts = { ok: 0, 'not ok': 0 }
for (const { name, must } of cases) {
  const path = join(folder, name)
  const judged = existsSync(path) ? judge(path) : undefined
  const isOk =
    judged !== undefined &&
    fits(must, judged.kind, isUnsupportedFolder) &&
    judged.milliseconds <= limits.milliseconds &&
    judged.peakMb <= limits.peakMb
  counts[isOk ? 'ok' : 'not ok']++
  console.log(
    judged === undefined
      ? `not ok ${name}: ended without a verdict`
      : `${isOk ? 'ok' : 'not ok'} ${name}: ${judged.kind} ${judged.code}, ${judged.milliseconds.toFixed(0)} ms, ${judged.peakMb.toFixed(0)} MB`,
  )
}
console.log(`${counts.ok} passed, ${counts['not ok']} failed`)
process.exitCode = counts['not ok'] === 0 && counts.ok > 0 ? 0 : 1
