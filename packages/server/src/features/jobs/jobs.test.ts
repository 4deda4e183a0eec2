import type { Job } from '@modelsmith/api'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { jobEndings } from '../../job-endings.ts'
import { call } from '../../testing/call.ts'
import { handlersWith } from '../../testing/handlers.ts'
import { type TestPerson, withPlatform } from '../../testing/platform.ts'
import { recoverLost } from './ending.ts'
import { jobError } from './errors.ts'
import { openJobLog } from './log.ts'
import { type JobDone, type JobHandler, type JobPorts, startJobRunner } from './runner.ts'
import { claimJob, heartbeat, keptLines, queueJob, readLog, withClaim } from './store.ts'

const platform = withPlatform()
const database = () => platform.context.database

afterEach(async () => {
  await database().run(sql`update job set state = 'cancelled', ended_at = now() where ended_at is null`)
})

const queue = (
  owner: TestPerson = platform.people.ann,
  kind: 'predictFile' | 'trainBlueprint' = 'predictFile',
): Promise<string> =>
  database().transaction((queries) =>
    queueJob(queries, {
      kind,
      title: 'Predict',
      owner: owner.id,
      organisation: platform.people.ann.organisation,
      subject: { kind: 'model', id: 'model_00000000000000000000000000' },
      payload: {},
    }),
  )

const nothing: JobDone = { result: {}, keep: async () => {} }

/** A worker that runs every job with this handler. */
const startWorker = (handler: JobHandler, worker = 'worker') =>
  startJobRunner({
    database: database(),
    worker,
    handlers: handlersWith({}, handler),
    endings: jobEndings,
    logBug: (error) => platform.bugs.push(error),
  })

const jobOf = async (id: string): Promise<Job> =>
  (await call(platform, platform.people.ann, 'getJob', { params: { id } })).body as unknown as Job

const ended = (id: string): Promise<Job> =>
  vi.waitFor(
    async () => {
      const job = await jobOf(id)
      expect(job.endedAt).not.toBe(null)
      return job
    },
    { timeout: 30_000, interval: 20 },
  )

describe('a job', () => {
  it('is taken by one worker, however many reach for it', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => queue()))
    const claims = await Promise.all(Array.from({ length: 20 }, (_, worker) => claimJob(database(), `w${worker}`)))
    const taken = claims.flatMap((job) => (job === undefined ? [] : [job.id]))
    expect(taken.sort()).toEqual(ids.sort())
  })

  it('is run once by two workers, the oldest first', async () => {
    const ids: string[] = []
    for (let index = 0; index < 6; index++) ids.push(await queue())
    const runs: string[] = []
    const handler: JobHandler = async ({ job }) => {
      runs.push(job.id)
      return nothing
    }
    const workers = [startWorker(handler, 'one'), startWorker(handler, 'two')]
    const jobs = await Promise.all(ids.map(ended))
    await Promise.all(workers.map((worker) => worker.stop()))
    expect(jobs.map(({ state, attempt }) => [state, attempt])).toEqual(ids.map(() => ['succeeded', 1]))
    expect(runs).toEqual(expect.arrayContaining(ids))
    expect(runs).toHaveLength(6)
  })

  it('of somebody who has none running does not wait behind a hundred of another', async () => {
    const { ann, mia } = platform.people
    const hundred: string[] = []
    for (let index = 0; index < 100; index++) hundred.push(await queue(ann))
    expect((await claimJob(database(), 'one'))?.owner_id).toBe(ann.id)
    const single = await queue(mia)
    const { body } = await call(platform, mia, 'getJob', { params: { id: single } })
    expect(body['position']).toBe(1)
    expect((await jobOf(hundred[1] as string)).position).toBe(2)
    expect((await claimJob(database(), 'two'))?.id).toBe(single)
    expect((await jobOf(hundred[0] as string)).position).toBe(null)
  })

  it('goes in turns with those of others, however many wait, when one worker runs all', async () => {
    const { ann, mia, adam } = platform.people
    await database().run(sql`delete from job_turn`)
    const names = new Map([
      [ann.id, 'ann'],
      [mia.id, 'mia'],
      [adam.id, 'adam'],
    ])
    for (let index = 0; index < 5; index++) await queue(ann)
    for (let index = 0; index < 3; index++) await queue(mia)
    await queue(adam)
    const order: (string | undefined)[] = []
    for (let index = 0; index < 9; index++) {
      const job = await claimJob(database(), 'only')
      order.push(names.get(job?.owner_id ?? ''))
      await database().run(sql`update job set state = 'succeeded', ended_at = now() where id = ${job?.id}`)
    }
    expect(order).toEqual(['ann', 'mia', 'adam', 'ann', 'mia', 'ann', 'mia', 'ann', 'ann'])
  })

  it('that is short does not wait behind one’s own long ones', async () => {
    for (let index = 0; index < 3; index++) await queue(platform.people.ann, 'trainBlueprint')
    await claimJob(database(), 'one')
    const short = await queue()
    expect((await claimJob(database(), 'two'))?.id).toBe(short)
  })

  it('ends as failed with what was wrong', async () => {
    const id = await queue()
    const worker = startWorker(async () => {
      throw jobError('job.noResult', { id: 'the other \0 one \ud800' })
    })
    expect(await ended(id)).toMatchObject({
      state: 'failed',
      error: { code: 'job.noResult', message: 'Job the other ␀ one � made no file, or has not ended yet.' },
    })
    await worker.stop()
  })

  it('that fails for a reason of the platform says so without internals, and the operator hears the rest', async () => {
    const id = await queue()
    const worker = startWorker(async () => {
      throw new TypeError('secret detail')
    })
    const { error } = await ended(id)
    expect(error).toMatchObject({ code: 'server.bug', message: 'The platform failed while it ran this job.' })
    await worker.stop()
    expect(platform.bugs.splice(0)).toMatchObject([{ message: 'secret detail' }])
  })

  it('keeps its result and its end together, or neither', async () => {
    const id = await queue()
    const worker = startWorker(async () => ({
      result: { made: true },
      keep: async (queries) => {
        await queries.run(sql`insert into setting (name, value) values ('half', 'true')`)
        throw jobError('job.sandbox', {})
      },
    }))
    expect(await ended(id)).toMatchObject({ state: 'failed', error: { code: 'job.sandbox' }, result: {} })
    await worker.stop()
    expect(await database().rows(sql`select * from setting where name = 'half'`)).toEqual([])
  })
})

describe('a worker that lost its job', () => {
  /** A job whose first worker has been silent and whose second one has begun. */
  const loseOne = async () => {
    const id = await queue()
    const first = await claimJob(database(), 'first')
    await database().run(sql`update job set heartbeat_at = now() - interval '1 minute' where id = ${id}`)
    await recoverLost(database(), jobEndings, { silentSeconds: 15, mostAttempts: 3 })
    const second = await claimJob(database(), 'second')
    expect([first?.attempt, second?.attempt]).toEqual([1, 2])
    return { id, lost: { id, attempt: 1 }, current: { id, attempt: 2 } }
  }

  it('cannot write', async () => {
    const { lost, current } = await loseOne()
    const progress = { fraction: 0.5, step: 'Half' }
    expect(await heartbeat(database(), lost, progress)).toBe('fenced')
    await expect(withClaim(database(), lost, async () => 'written')).rejects.toMatchObject({ code: 'job.fenced' })
    expect(await heartbeat(database(), current, progress)).toBe('go on')
    expect(await withClaim(database(), current, async () => 'written')).toBe('written')
  })

  it('adds nothing to the log of its successor', async () => {
    const { id, lost, current } = await loseOne()
    const logs = [await openJobLog(database(), lost), await openJobLog(database(), current)]
    for (const [index, log] of logs.entries()) log.add({ source: 'stdout', node: null, text: `attempt ${index + 1}` })
    for (const log of logs) await log.close()
    expect((await readLog(database(), id)).map(({ text }) => text)).toEqual(['attempt 2'])
  })

  it('is told, and stops', async () => {
    const id = await queue()
    const reasons: unknown[] = []
    const worker = startWorker(async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      reasons.push(signal.reason)
      throw new Error('stopped')
    })
    await vi.waitFor(async () => expect((await jobOf(id)).state).toBe('running'), 30_000)
    // Another worker has it now.
    await database().run(sql`update job set attempt = attempt + 1 where id = ${id}`)
    await vi.waitFor(() => expect(reasons).toEqual(['fenced']), 30_000)
    expect((await jobOf(id)).state).toBe('running')
    await worker.stop()
  })
})

describe('a job whose worker died', () => {
  const patience = { silentSeconds: 15, mostAttempts: 3 }
  const die = async (id: string) => {
    await database().run(sql`update job set heartbeat_at = now() - interval '1 minute' where id = ${id}`)
    await recoverLost(database(), jobEndings, patience)
  }

  it('is run again, up to three times', async () => {
    const id = await queue()
    for (const state of ['queued', 'queued', 'failed']) {
      await claimJob(database(), 'mortal')
      await die(id)
      expect((await jobOf(id)).state).toBe(state)
    }
    expect(await jobOf(id)).toMatchObject({
      attempt: 3,
      error: { code: 'job.workerLost', message: 'The worker was lost 3 times while it ran this job.' },
    })
  })

  it('is left alone while its worker is heard of', async () => {
    const id = await queue()
    await claimJob(database(), 'alive')
    await recoverLost(database(), jobEndings, patience)
    expect((await jobOf(id)).state).toBe('running')
  })

  it('is cancelled when that was asked for', async () => {
    const id = await queue()
    await claimJob(database(), 'mortal')
    await call(platform, platform.people.ann, 'cancelJob', { params: { id } })
    await die(id)
    expect((await jobOf(id)).state).toBe('cancelled')
  })
})

describe('cancelling', () => {
  const cancel = (id: string) => call(platform, platform.people.ann, 'cancelJob', { params: { id } })

  it('ends a job that waits, and what it worked for', async () => {
    const { body } = await call(platform, platform.people.ann, 'uploadDataset', { files: { 'a.csv': 'a\n1\n' } })
    const { dataset, job } = body as unknown as { dataset: { id: string }; job: Job }
    expect((await cancel(job.id)).body).toMatchObject({ state: 'cancelled' })
    expect(await claimJob(database(), 'idle')).toBe(undefined)
    const read = await call(platform, platform.people.ann, 'getDataset', { params: { id: dataset.id } })
    expect(read.body['latest']).toMatchObject({ state: 'failed', error: { code: 'query.cancelled' } })
  })

  it('stops a job that runs', async () => {
    const id = await queue()
    const worker = startWorker(async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      throw new Error('The session was closed.')
    })
    await vi.waitFor(async () => expect((await jobOf(id)).state).toBe('running'), 30_000)
    expect((await cancel(id)).body).toMatchObject({ state: 'cancelling' })
    expect(await ended(id)).toMatchObject({ state: 'cancelled', error: null })
    await worker.stop()
  })

  it('that comes before the end wins, even over a result', async () => {
    const id = await queue()
    let kept = false
    const worker = startWorker(async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return { result: { made: true }, keep: async () => void (kept = true) }
    })
    await vi.waitFor(async () => expect((await jobOf(id)).state).toBe('running'), 30_000)
    await cancel(id)
    expect(await ended(id)).toMatchObject({ state: 'cancelled', result: {} })
    expect(kept).toBe(false)
    await worker.stop()
  })

  it('comes too late for a job that has ended', async () => {
    const id = await queue()
    const worker = startWorker(async () => nothing)
    await ended(id)
    await worker.stop()
    const { status, body } = await cancel(id)
    expect([status, body.code]).toEqual([409, 'job.ended'])
  })

  it('of somebody else is for administrators', async () => {
    const made = await call(platform, platform.people.adam, 'uploadDataset', { files: { 'a.csv': 'a\n1\n' } })
    const { dataset, job } = made.body as unknown as { dataset: { id: string }; job: Job }
    expect((await cancel(job.id)).status).toBe(404)
    await call(platform, platform.people.adam, 'share', {
      params: { id: dataset.id },
      body: { grantee: platform.people.ann.id, role: 'editor' },
    })
    expect((await cancel(job.id)).status).toBe(403)
    const others = await queue()
    expect((await call(platform, platform.people.adam, 'cancelJob', { params: { id: others } })).status).toBe(202)
  })
})

describe('the log of a job', () => {
  const write = async (lines: number, pauseAfter?: number) => {
    const id = await queue()
    const job = await claimJob(database(), 'writer')
    const log = await openJobLog(database(), { id, attempt: job?.attempt ?? 0 })
    for (let line = 1; line <= lines; line++) {
      log.add({ source: 'stdout', node: 'model', text: `line ${line}` })
      if (line === pauseAfter) await new Promise((resolve) => setTimeout(resolve, 600))
    }
    await log.close()
    const { body } = await call(platform, platform.people.ann, 'getJobLog', { params: { id } })
    return body as unknown as { lines: { sequence: number; text: string }[]; omitted: number; omittedAfter: number }
  }

  it('keeps every line of a short one', async () => {
    const { lines, omitted, omittedAfter } = await write(3)
    expect(lines.map(({ text }) => text)).toEqual(['line 1', 'line 2', 'line 3'])
    expect([omitted, omittedAfter]).toEqual([0, null])
  })

  it.each([
    ['at once', undefined],
    ['in two bursts', 1500],
  ])('keeps head and tail of a long one that comes %s, and counts the rest', async (_, pauseAfter) => {
    const { head, tail } = keptLines
    const { lines, omitted, omittedAfter } = await write(100_000, pauseAfter)
    expect(lines).toHaveLength(head + tail)
    expect([lines[0]?.text, lines[head - 1]?.text]).toEqual(['line 1', `line ${head}`])
    expect([lines[head]?.text, lines.at(-1)?.text]).toEqual([`line ${100_000 - tail + 1}`, 'line 100000'])
    expect([omitted, omittedAfter]).toEqual([100_000 - head - tail, head])
  })
})

describe('the events of a job', () => {
  /** The events of a stream that ends with its job. */
  const stream = async (id: string, headers: Record<string, string> = {}) => {
    const { text } = await call(platform, platform.people.ann, 'streamJob', { params: { id }, headers })
    return text.split('\n\n').flatMap((block) => {
      const event = /^event: (.*)$/m.exec(block)?.[1]
      const data = /^data: (.*)$/m.exec(block)?.[1]
      return event === undefined || data === undefined
        ? []
        : [{ event, id: /^id: (.*)$/m.exec(block)?.[1], data: JSON.parse(data) as { text: string; state: string } }]
    })
  }

  it('tell progress and lines as they come, to the end', async () => {
    const id = await queue()
    const seen = stream(id)
    let goOn = () => {}
    const worker = startWorker(async ({ log, progress }: JobPorts) => {
      log.add({ source: 'stdout', node: null, text: 'hello' })
      progress(0.5, 'Half')
      await new Promise<void>((resolve) => (goOn = resolve))
      return nothing
    })
    await vi.waitFor(async () => expect((await jobOf(id)).progress).toEqual({ fraction: 0.5, step: 'Half' }), 30_000)
    goOn()
    const events = await seen
    await worker.stop()
    expect(events.filter(({ event }) => event === 'log')).toMatchObject([{ id: '1', data: { text: 'hello' } }])
    expect(events.at(-1)).toMatchObject({ event: 'job', data: { state: 'succeeded' } })
  })

  it('go on after the last one that was seen', async () => {
    const id = await queue()
    const worker = startWorker(async ({ log }) => {
      for (const text of ['one', 'two', 'three']) log.add({ source: 'stdout', node: null, text })
      return nothing
    })
    await ended(id)
    await worker.stop()
    const lines = async (headers?: Record<string, string>) =>
      (await stream(id, headers)).filter(({ event }) => event === 'log').map(({ data }) => data.text)
    expect(await lines()).toEqual(['one', 'two', 'three'])
    expect(await lines({ 'last-event-id': '2' })).toEqual(['three'])
    expect(await lines({ 'last-event-id': 'nonsense' })).toEqual(['one', 'two', 'three'])
  })
})

it('has no file to download before it made one', async () => {
  const id = await queue()
  const { status, body } = await call(platform, platform.people.ann, 'downloadJobResult', { params: { id } })
  expect([status, body.code]).toEqual([404, 'job.noResult'])
})

it('met no bug', () => {
  expect(platform.bugs).toEqual([])
})
