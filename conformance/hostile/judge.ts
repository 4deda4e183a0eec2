import { readFileSync } from 'node:fs'
import { ModelsmithError } from '@modelsmith/table'
import { compile, openModel } from '@modelsmith/scoring'

/** Judges the one file that it is given, in a process of its own, and prints what that took. */
const verdict = (bytes: Uint8Array): { readonly kind: string; readonly code: string; readonly message: string } => {
  try {
    compile(openModel(bytes))
    return { kind: 'loaded', code: 'loaded', message: '' }
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    const { kind, code, message } = error
    return { kind, code, message }
  }
}

const bytes = readFileSync(process.argv[2] as string)
// Processor time of this thread, so that what else the machine does counts for nothing.
const started = process.threadCpuUsage()
const result = verdict(bytes)
const { user, system } = process.threadCpuUsage(started)
const milliseconds = (user + system) / 1000
console.log(JSON.stringify({ ...result, milliseconds, peakMb: process.resourceUsage().maxRSS / 1024 }))
