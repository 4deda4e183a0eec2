import { chmodSync, closeSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment, Limits, Session } from '@modelsmith/runner'
import { openInside } from '@modelsmith/runner'
import { encodeBlocksWhole, tableFromRows } from '@modelsmith/table'
import type { Guard } from '../../packages/runner/src/guards.ts'
import { createRunnerWithout } from '../../packages/runner/src/runner.ts'
import type { Attempt, BackEnd } from './attempt.ts'
import { files } from './attempts/files.ts'
import { kernel } from './attempts/kernel.ts'
import { network } from './attempts/network.ts'
import { processes } from './attempts/processes.ts'
import { resources } from './attempts/resources.ts'
import { type Bait, layBait } from './bait.ts'

export const attempts: readonly Attempt[] = [...network, ...files, ...kernel, ...processes, ...resources]

export type Language = 'python' | 'r'
export type Outcome = { readonly succeeded: boolean; readonly said: string }

const limits: Limits = { memoryMb: 1024, cpuSeconds: 30, wallSeconds: 30, processes: 200, fileSizeMb: 64, threads: 1 }
const marker = 'the attempt succeeded'

const entries: Record<Language, string> = { python: 'custom.py', r: 'custom.R' }

const codeOf = (attempt: Attempt, language: Language): string => {
  if (language === 'r')
    return `perl <- function(code) { status <- system2("perl", c("-e", shQuote(code))); if (status != 0) stop("status ", status) }
fit <- function(X, y, output_dir) {
  (function() {
${attempt.r}
  })()
  cat("${marker}\\n")
  saveRDS(1, file.path(output_dir, "model.rds"))
}
`
  return `def fit(X, y, output_dir):
${attempt.python.replace(/^/gm, '    ')}
    print("${marker}")
    with open(output_dir + "/model.pkl", "wb") as file:
        import pickle
        pickle.dump(1, file)
`
}

/**
 * Makes attempts, in sessions of one language and back end with the same guards left out. A session goes on to the next attempt
 * unless one has ended it.
 */
export const openSuite = async (folder: string) => {
  const bait: Bait = await layBait(join(folder, 'bait'))
  const code = join(folder, 'code')
  const rows = join(folder, 'rows.cols')
  mkdirSync(code)
  writeFileSync(
    rows,
    encodeBlocksWhole(
      tableFromRows(
        {
          columns: [
            { name: 'a', type: 'number' },
            { name: 'c', type: 'number' },
          ],
        },
        [
          { a: 1, c: 2 },
          { a: 2, c: 4 },
        ],
      ),
    ),
  )
  let count = 0

  const writeCode = (attempt: Attempt, language: Language): string => {
    const place = join(code, `attempt${count++}`)
    mkdirSync(place)
    // Only the guard stands against writing into it.
    chmodSync(place, 0o777)
    const values: Record<string, string> = { ...bait.values, CODE: place }
    const text = codeOf(attempt, language).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '')
    writeFileSync(join(place, entries[language]), text)
    return place
  }

  return {
    bait,
    /** Outcomes by the name of the attempt. */
    async make(
      environment: Environment,
      backEnd: BackEnd,
      without: readonly Guard[],
      wanted: readonly Attempt[],
    ): Promise<Map<string, Outcome>> {
      const runner = createRunnerWithout(new Set(without), {
        runtimeDir: join(folder, `run${count++}`),
        sandbox: backEnd,
      })
      const output = join(folder, `out${count++}`)
      mkdirSync(output, { mode: 0o777 })
      const prints: string[] = []
      let open: { readonly session: Session; readonly limits: string; ended: boolean } | undefined
      const sessionFor = async (attempt: Attempt): Promise<Session> => {
        const own = JSON.stringify(attempt.limits ?? {})
        if (open !== undefined && !open.ended && open.limits === own) return open.session
        if (open !== undefined && !open.ended) await open.session.close()
        const session = await runner.open({
          environment: { ...environment, preload: environment.language === 'python' ? ['numpy', 'pandas'] : [] },
          limits: { ...limits, ...attempt.limits },
          readable: [code, rows, join(bait.folder, 'packages'), join(bait.folder, 'id')],
          writable: [output],
          onPrint: ({ text }) => prints.push(text),
        })
        const opened = { session, limits: own, ended: false }
        void session.ended.then(() => (opened.ended = true))
        open = opened
        await session.openTable('rows', rows)
        return session
      }
      const outcomes = new Map<string, Outcome>()
      try {
        for (const attempt of wanted) {
          prints.length = 0
          const session = await sessionFor(attempt)
          const name = `attempt${count}`
          const outputDir = join(output, name)
          mkdirSync(outputDir)
          const codeDir = writeCode(attempt, environment.language)
          await session.addTask({ name, codeDir })
          const failure = await session
            .fit({
              task: name,
              targetType: 'regression',
              x: { parts: [{ table: 'rows', columns: ['a'] }] },
              y: { parts: [{ table: 'rows', columns: ['c'] }] },
              parameters: {},
              outputDir,
              seed: 1,
            })
            .then(
              () => '',
              (error: unknown) => (error instanceof Error ? error.message : String(error)),
            )
          if (attempt.seen === 'leftover') await session.close()
          outcomes.set(attempt.name, {
            succeeded: judge(attempt, { prints, outputDir, bait, guarded: !without.includes('links') }),
            said: failure || prints.at(-1)?.slice(0, 200) || '',
          })
        }
      } finally {
        await runner.close()
      }
      return outcomes
    },
    close: bait.remove,
  }
}

type Seen = {
  readonly prints: readonly string[]
  readonly outputDir: string
  readonly bait: Bait
  readonly guarded: boolean
}

const judge = ({ seen }: Attempt, { prints, outputDir, bait, guarded }: Seen): boolean => {
  if (seen === 'prints') return prints.some((text) => text.length > 1_000_000)
  if (seen === 'link') return followed(outputDir, guarded).includes(bait.secret)
  if (seen === 'leftover') return endLeftovers(bait.values['LEFTOVER'] ?? '')
  return prints.some((text) => text.includes(marker))
}

/** What the host reads of the file that the code left: with its guard as the platform reads it, without as anybody would. */
const followed = (folder: string, guarded: boolean): string => {
  const path = join(folder, 'leak')
  if (!guarded) return readFileSync(path, 'utf8')
  try {
    const descriptor = openInside(folder, path)
    closeSync(descriptor)
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Whether there was a process with this word in its command line; it is ended. */
const endLeftovers = (word: string): boolean => {
  const found = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`) && commandLine(name).includes(`sleep\0${word}`),
  )
  for (const pid of found) process.kill(Number(pid), 'SIGKILL')
  return found.length > 0
}

const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}

/** Attempts that are kept apart by the same guards, so that they can share sessions. */
export const byGuards = (backEnd: BackEnd): readonly (readonly [readonly Guard[], readonly Attempt[]])[] => {
  const groups = new Map<string, Attempt[]>()
  for (const attempt of attempts) {
    if (attempt.notIn?.[backEnd] !== undefined) continue
    const key = attempt.guards.toSorted().join(' ')
    groups.set(key, [...(groups.get(key) ?? []), attempt])
  }
  return [...groups].map(([key, group]) => [key.split(' ') as Guard[], group])
}
