import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { Attend } from './attend.ts'
import { join } from 'node:path'
import { decodeBlocks, ModelsmithError, type SerializedError } from '@modelsmith/table'
import { type ControlGroup, makeControlGroup } from './control-groups.ts'
import { watchDisk } from './disk-watch.ts'
import { runnerError } from './errors.ts'
import { located, readLastWords } from './last-words.ts'
import { watchMemory } from './memory-watch.ts'
import {
  appliedOf,
  artifactsOf,
  cleanOf,
  NotOfTheProtocol,
  predictedOf,
  readMessages,
  schemaOf,
  shapeOf,
  type StepMessage,
  type WorkerError,
} from './messages.ts'
import { longestLine, readPrints } from './prints.ts'
import { redactor, withoutBeginning } from './redact.ts'
import type { Print, SandboxLevel, Session, SessionSpec, StepTimings } from './types.ts'
import { nothingLeftOut, type Without } from './guards.ts'
import { listenOnce } from './listen-once.ts'
import type { Ending, Place } from './place.ts'

/** Prints of a step are waited for this long after its answer; code that closed its streams sends no marker. */
const printsMs = 500
/** The worker stops a step that takes too long, and can say where it was; one that cannot be stopped so is killed after this. */
const graceMs = 1000
/** Steps that run hooks; no other has prints. */
const runsHooks: ReadonlySet<string> = new Set(['fit', 'load', 'apply', 'call'])
const tmpMb = 512
/** What one fit may write in all, and in how many files and folders. */
const filesOfFit = 4
const entriesOfFit = 100_000

type Pending = {
  readonly resolve: (answer: { result: unknown; timings: StepTimings }) => void
  readonly reject: (error: ModelsmithError) => void
  /** Resolves when every print of the step has arrived, or should have; of what prints nothing there is none to wait for. */
  readonly printed: (() => Promise<void>) | undefined
  readonly clock: { start(): void; stop(): void }
}

export type SessionContext = {
  readonly id: string
  readonly folder: string
  readonly place: Place
  readonly sandbox: 'full' | 'none'
  /** The user of this session on the host; undefined when the host process is not root. */
  readonly uid: number | undefined
  readonly onGone: () => void
  readonly attend?: Attend | undefined
  readonly without?: Without
}

/** Opens one sandboxed process and speaks the worker protocol with it. */
export const openSession = async (spec: SessionSpec, context: SessionContext): Promise<Session> => {
  const { id, folder, place, uid, attend, without = nothingLeftOut } = context
  const limits = without.has('time') ? { ...spec.limits, wallSeconds: 3600, cpuSeconds: 3600 } : spec.limits
  const input = join(folder, 'in')
  const output = join(folder, 'out')
  const root = join(folder, 'root')
  // Only the session's own user comes in, and cannot add to what lies here.
  mkdirSync(folder, { mode: 0o710 })
  for (const each of [input, output, root]) mkdirSync(each, { mode: 0o755 })
  if (uid !== undefined) {
    chownSync(folder, process.getuid?.() ?? 0, uid)
    chownSync(output, uid, uid)
  }

  const paths = { control: join(folder, 'c'), stdout: join(folder, '1'), stderr: join(folder, '2') }
  const words = join(folder, 'words')
  const debugPath = join(folder, 'd')
  const [control, stdout, stderr] = await Promise.all([paths.control, paths.stdout, paths.stderr].map(listenOnce))
  if (control === undefined || stdout === undefined || stderr === undefined) throw runnerError('session.closed', {})
  const debug = attend === undefined ? undefined : await listenOnce(debugPath)

  const sandboxed = context.sandbox === 'full'
  const child = await place.start(id, {
    ...paths,
    words,
    ...(debug === undefined ? {} : { debug: debugPath }),
    root,
    sandbox: context.sandbox,
    program: spec.environment.program,
    packages: spec.environment.layers ?? [],
    limits,
    uid,
    tmpMb,
    network: spec.network ?? 'isolated',
    home: sandboxed ? '/tmp' : output,
    readable: [...spec.environment.roots, ...spec.readable, input],
    writable: [...spec.writable, output],
    environment: {
      ...spec.secrets,
      ...(without.has('environment') ? definedOf(process.env) : {}),
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: sandboxed ? '/tmp' : output,
      LANG: 'C.UTF-8',
      PYTHONUNBUFFERED: '1',
      TMPDIR: '/tmp',
      OMP_NUM_THREADS: String(limits.threads),
      ...spec.environment.variables,
      // For processes that the code starts; the session itself puts them after the standard library.
      ...(spec.environment.layers === undefined ? {} : { PYTHONPATH: spec.environment.layers.join(':') }),
    },
    ...(without.size === 0 ? {} : { without: [...without] }),
  })

  const group =
    sandboxed && child.pid !== undefined
      ? makeControlGroup(
          id,
          without.has('memory') ? undefined : limits.memoryMb,
          without.has('processCount') ? undefined : limits.processes + 4,
        )
      : undefined
  let stopWatching = () => {}
  let fits = 0
  let reason: ModelsmithError | undefined
  let closing = false
  let over = false
  let next = 1
  const pending = new Map<number, Pending>()
  const codeDirs = new Set<string>()
  const markers = new Map<number, { left: number; done: () => void }>()

  const kill = (why: ModelsmithError) => {
    reason ??= why
    child.kill()
  }

  const stopDisk = without.has('diskTotal')
    ? () => {}
    : watchDisk(
        [...spec.writable, output],
        () => ({
          megabytes: limits.fileSizeMb * filesOfFit * Math.max(fits, 1),
          entries: entriesOfFit * Math.max(fits, 1),
        }),
        uid,
        (limit) => kill(runnerError('limit.disk', limit)),
      )

  let finish: (error: SerializedError | undefined) => void = () => {}
  const ended = new Promise<SerializedError | undefined>((resolve) => {
    finish = resolve
  })
  child.onExit((ending) => {
    const cause = closing && reason === undefined ? undefined : (reason ?? explain(ending, group, spec))
    const why = cause && located(cause, pending.size === 0 ? undefined : readLastWords(words, codeDirs))
    over = true
    stopWatching()
    stopDisk()
    group?.remove()
    for (const { reject } of pending.values()) reject(why ?? runnerError('session.closed', {}))
    pending.clear()
    for (const each of [control, stdout, stderr, debug]) each?.server.close()
    rmSync(folder, { recursive: true, force: true })
    context.onGone()
    finish(why?.toJSON())
  })
  const gone = ended.then((error) =>
    Promise.reject(error === undefined ? runnerError('session.closed', {}) : ModelsmithError.fromJSON(error)),
  )
  gone.catch(() => {})

  const [socket, out, err, lines] = await Promise.race([
    Promise.all([control.connected, stdout.connected, stderr.connected, debug?.connected]),
    gone,
  ])
  const onMarker = (marker: number) => {
    const waiting = markers.get(marker)
    if (waiting !== undefined && --waiting.left === 0) waiting.done()
  }
  const secrets = Object.values(spec.secrets ?? {})
  const clean = redactor(secrets)
  const onPrint = ({ stream, text }: Print) => {
    const whole = clean(text)
    spec.onPrint?.({ stream, text: Buffer.byteLength(text) < longestLine ? whole : withoutBeginning(whole, secrets) })
  }
  const longest = without.has('prints') ? Number.POSITIVE_INFINITY : longestLine
  readPrints(out, 'stdout', onPrint, onMarker, longest)
  readPrints(err, 'stderr', onPrint, onMarker, longest)
  socket.on('error', () => {})

  const letLook = async (id: number, { clock, printed }: Pending) => {
    if (attend === undefined || lines === undefined) return
    clock.stop()
    await printed?.()
    await attend(lines)
    if (pending.has(id)) clock.start()
  }
  /** The code can write where its worker answers: what no worker says ends the session, and is nobody else's concern. */
  const refuseMessage = (problem: string) => kill(runnerError('session.protocol', { problem }))
  const onStep = (message: StepMessage) => {
    // What is being ended has nothing more to say.
    if (reason !== undefined) return
    const waiting = pending.get(message.id)
    if (waiting === undefined) return refuseMessage('an answer that nobody waits for')
    if (message.type === 'stopped') return void letLook(message.id, waiting)
    pending.delete(message.id)
    const settle = () => {
      if (message.type === 'result') waiting.resolve(message)
      else waiting.reject(userError(message.error, clean))
    }
    if (waiting.printed === undefined) settle()
    else void waiting.printed().then(settle)
  }
  const ready = begin(socket, onStep, refuseMessage)
  if (group === undefined && child.pid !== undefined && !without.has('memory')) {
    stopWatching = watchMemory(child.pid, limits.memoryMb, () =>
      kill(runnerError('limit.memory', { limitMb: limits.memoryMb })),
    )
  } else if (child.pid !== undefined) group?.add(child.pid)
  socket.write('{"type":"begin"}\n')
  await Promise.race([ready, gone])

  /** The prints of a step are here when both streams have brought its marker. */
  const printsOf = (number: number): Pending['printed'] => {
    const arrived = new Promise<void>((done) => markers.set(number, { left: 2, done }))
    const late = () => new Promise<void>((done) => setTimeout(done, printsMs).unref())
    return () => Promise.race([arrived, late()])
  }

  const send = (type: string, message: object): Promise<{ result: unknown; timings: StepTimings }> => {
    if (over) return gone
    if (closing) return Promise.reject(runnerError('session.closed', {}))
    const number = next++
    const printed = runsHooks.has(type) ? printsOf(number) : undefined
    const clock = clockOf(limits.wallSeconds * 1000 + graceMs, () =>
      kill(runnerError('limit.wall', { seconds: limits.wallSeconds })),
    )
    clock.start()
    return new Promise<{ result: unknown; timings: StepTimings }>((resolve, reject) => {
      pending.set(number, { resolve, reject, printed, clock })
      socket.write(`${JSON.stringify({ ...message, type, id: number })}\n`)
    }).finally(() => {
      clock.stop()
      markers.delete(number)
    })
  }
  /** What the answer of a step says, as `read` finds it there. */
  const reading = async <T>(result: unknown, read: (result: unknown) => T): Promise<T> => {
    try {
      return read(result)
    } catch (error) {
      if (!(error instanceof NotOfTheProtocol)) throw error
      refuseMessage(error.message)
      return gone
    }
  }
  const call = async <T>(type: string, message: object, read: (result: unknown) => T): Promise<T> =>
    reading((await send(type, message)).result, read)
  const nothing = () => {}

  let tables = 0
  return {
    id,
    level: sandboxed ? (place.kind === 'container' ? 'container' : group === undefined ? 'reduced' : 'full') : 'none',
    input,
    output,
    addTask: (task) => {
      codeDirs.add(task.codeDir)
      return call('add_task', task, nothing)
    },
    openTable: (handle, file) => call('open_table', { handle, file }, shapeOf),
    setRows: async (handle, rows) => {
      const file = join(input, `rows${tables++}`)
      writeFileSync(file, rows)
      await call('set_rows', { handle, file }, nothing)
      rmSync(file)
    },
    fit: async (fit) => {
      fits++
      if (uid !== undefined) chownSync(fit.outputDir, uid, uid)
      const { result, timings } = await send('fit', fit)
      return { ...timings, artifacts: await reading(result, artifactsOf) }
    },
    load: async (load) => (await send('load', load)).timings,
    apply: async (apply) => {
      const { result, timings } = await send('apply', apply)
      return { ...timings, ...(await reading(result, appliedOf)) }
    },
    predict: async (predict) => {
      const { result, timings } = await send('predict', predict)
      const { hook, blocks } = await reading(result, predictedOf)
      return { ...timings, hook, scores: decodeBlocks(blocks) }
    },
    call: async (spec) => {
      const { result, timings } = await send('call', spec)
      const { hook, blocks } = await reading(result, predictedOf)
      return { ...timings, hook, returned: decodeBlocks(blocks) }
    },
    storeTable: (handle, file) => call('store_table', { handle, file }, schemaOf),
    release: (handles) => call('release', { handles }, nothing),
    reset: () => call('reset', {}, cleanOf),
    cancel: async (why) => {
      kill(runnerError('session.cancelled', { reason: why }))
      await ended
    },
    close: async () => {
      closing = true
      socket.end('{"type":"close"}\n')
      // It ends as it was asked to, sooner or later.
      const slow = setTimeout(() => child.kill(), 1000)
      await ended
      clearTimeout(slow)
    },
    ended,
  }
}

const definedOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

const clockOf = (ms: number, onEnd: () => void): Pending['clock'] => {
  let timer: NodeJS.Timeout | undefined
  return {
    start: () => {
      timer = setTimeout(onEnd, ms)
    },
    stop: () => clearTimeout(timer),
  }
}

/** Reads the worker's messages; resolves when it is ready to be used. */
const begin = (
  socket: Socket,
  onStep: (message: StepMessage) => void,
  onRefused: (problem: string) => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    readMessages(
      socket,
      (message) => {
        if (message.type === 'ready') resolve()
        else if (message.type === 'refused') reject(runnerError('sandbox.refused', { reason: message.reason }))
        else if (message.type !== 'hello') onStep(message)
      },
      onRefused,
    )
  })

/** What code raised may hold what it was given. */
const userError = (raised: WorkerError, clean: (text: string) => string): ModelsmithError => {
  const error = cleaned(raised, clean) as WorkerError
  return located(
    new ModelsmithError({
      code: error.code,
      kind: 'userCode',
      message: error.message,
      hint: error.hint,
      values: { ...(error.traceback === undefined ? {} : { traceback: error.traceback }), frames: error.frames },
    }),
    error.place,
  )
}

const cleaned = (value: unknown, clean: (text: string) => string): unknown => {
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) return value.map((each) => cleaned(each, clean))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cleaned(part, clean)]))
}

const killed = 9
const processorTime = 24
const fileTooLarge = 25

/** Why a session ended by itself, from what the kernel left behind. */
const explain = (
  { code, signal, cpuSeconds, outOfMemory = false, problem }: Ending,
  group: ControlGroup | undefined,
  { limits, environment }: SessionSpec,
): ModelsmithError => {
  if (problem !== undefined) return runnerError('environment.start', { name: environment.name, problem })
  const number = signal ?? (code !== null && code > 128 ? code - 128 : undefined)
  if (outOfMemory || group?.outOfMemory() === true) return runnerError('limit.memory', { limitMb: limits.memoryMb })
  if (number === processorTime || (number === killed && cpuSeconds >= limits.cpuSeconds)) {
    return runnerError('limit.cpu', { seconds: limits.cpuSeconds })
  }
  if (number === fileTooLarge) return runnerError('limit.fileSize', { limitMb: limits.fileSizeMb })
  return runnerError('session.died', { how: number === undefined ? `status ${code}` : `signal ${number}` })
}

export const levelWords: Record<SandboxLevel, string> = {
  full: 'namespaces, system-call filter, own user, memory and processes bounded by the kernel',
  reduced: 'namespaces and system-call filter; memory watched by the runner',
  container: 'a container for each session, with the system-call filter in it',
  none: 'no sandbox',
}
