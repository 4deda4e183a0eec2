import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { type CountsSnapshot, sumOfCounts } from '../deployment-metrics.ts'
import { finishSegments } from '../log/finish-segments.ts'
import { type ServingStatus, servingPaths } from '../manifest.ts'
import { mergedStatus } from './merge-status.ts'
import { type FromMember, slotVariable, type ToMember } from './messages.ts'
import { writeStatusFile } from './status-file.ts'

type Slot = {
  readonly child: ChildProcess
  status: ServingStatus | undefined
  counts: CountsSnapshot | undefined
}

/** One that ends sooner than this is not started again at once. */
const shortLifeMs = 1000
const rewriteMs = 1000

/**
 * Runs this same program so many times as prediction processes on one port, among which the system shares connections out: starts again what ends,
 * says what they say as one, and keeps the counts of those that have ended.
 */
export const startProcesses = async ({ folder, count }: { readonly folder: string; readonly count: number }) => {
  finishSegments(join(folder, servingPaths.log))
  const slots = new Map<number, Slot>()
  let ended: CountsSnapshot | undefined
  let stopping = false
  let owed = false
  const writeStatus = () => {
    const told = [...slots.values()].flatMap(({ status }) => status ?? [])
    if (told.length > 0) owed = !writeStatusFile(folder, mergedStatus(told))
  }
  const timer = setInterval(() => (owed ? writeStatus() : undefined), rewriteMs)

  const hear = (slot: Slot, message: FromMember) => {
    if ('status' in message) {
      slot.status = message.status
      writeStatus()
    }
    if (!('counts' in message)) return
    slot.counts = message.counts
    if (message.ask === undefined) return
    const others = [...slots.values()].flatMap((each) => (each === slot ? [] : (each.counts ?? [])))
    const answer: ToMember = { answer: message.ask, others: ended === undefined ? others : [...others, ended] }
    if (slot.child.connected) slot.child.send(answer)
  }

  const start = (number: number): Promise<void> => {
    const child = fork(process.argv[1] as string, process.argv.slice(2), {
      env: { ...process.env, [slotVariable]: String(number) },
    })
    const slot: Slot = { child, status: undefined, counts: undefined }
    slots.set(number, slot)
    const began = performance.now()
    child.on('message', (message: FromMember) => hear(slot, message))
    child.once('exit', () => {
      slots.delete(number)
      if (slot.counts !== undefined)
        ended = { ...sumOfCounts(ended === undefined ? [slot.counts] : [ended, slot.counts]), residentBytes: 0 }
      if (stopping) return
      writeStatus()
      const rest = Math.max(0, shortLifeMs - (performance.now() - began))
      void after(rest, undefined, { ref: false }).then(() => {
        if (!stopping) start(number).catch(() => {})
      })
    })
    return new Promise((resolve, reject) => {
      child.on('message', (message: FromMember) => ('ready' in message ? resolve() : undefined))
      child.once('exit', () => reject(new Error(`Prediction process ${number} ended before it was ready.`)))
    })
  }

  const stop = async () => {
    stopping = true
    clearInterval(timer)
    const gone = [...slots.values()].map(({ child }) => new Promise((resolve) => child.once('exit', resolve)))
    for (const { child } of slots.values()) child.kill('SIGTERM')
    await Promise.all(gone)
  }
  try {
    await Promise.all(Array.from({ length: count }, (_, number) => start(number)))
  } catch (error) {
    await stop()
    throw error
  }
  return { close: stop }
}
