import { readdirSync } from 'node:fs'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fromProblem, type PredictionAnswer, type Problem } from '@modelsmith/api'
import { isSocket } from '@modelsmith/serving'
import type { Bytes } from '../../infra/http/handler.ts'
import { deploymentError } from './errors.ts'

export type Forward = (
  deployment: string,
  body: { readonly type: string; readonly data: Buffer },
  asked: {
    readonly requestId: string
    readonly accept: string | undefined
    /** As JSON. */
    readonly parameters: string | undefined
    readonly explanations: string | undefined
  },
) => Promise<PredictionAnswer | Bytes>

const queryOf = (asked: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

type Answered = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }

/** What says in headers whose predictions a table has. */
const factHeaders = ['x-deployment-id', 'x-release-id', 'x-model-id', 'x-fallback-id']

/** Sends rows to the prediction process over its private socket; what it refuses is passed on in its own words. */
export const forwardTo = (servingDir: string): Forward => {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const sockets = socketsIn(servingDir)
  return async (deployment, { type, data }, { requestId, accept, ...asked }) => {
    const query = queryOf(asked)
    const send = (socketPath: string) =>
      new Promise<Answered>((resolve, reject) => {
        const call = request(
          {
            agent,
            socketPath,
            method: 'POST',
            path: `/api/v1/deployments/${encodeURIComponent(deployment)}/predictions${query}`,
            headers: {
              'content-type': type,
              'content-length': data.length,
              'x-request-id': requestId,
              ...(accept === undefined ? {} : { accept }),
            },
          },
          (answer) => {
            buffer(answer).then(
              (content) => resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: content }),
              reject,
            )
          },
        )
        call.once('error', reject)
        call.end(data)
      })
    const { status, headers, body } = await firstOf(sockets(), send)
    const given = headers['content-type'] ?? ''
    if (status === 200 && given !== 'application/json') {
      const facts = factHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]]))
      return { stream: body, type: given, headers: Object.fromEntries(facts) }
    }
    const content: unknown = JSON.parse(body.toString())
    if (status === 200) return content as PredictionAnswer
    throw fromProblem(content as Problem)
  }
}

const freshMs = 1000

/** The sockets of the prediction processes, another one first each time; looked for once a second. */
const socketsIn = (folder: string): (() => readonly string[]) => {
  let [found, lookedAt, turn]: [readonly string[], number, number] = [[], Number.NEGATIVE_INFINITY, 0]
  return () => {
    if (found.length === 0 || performance.now() - lookedAt > freshMs) {
      found = namesIn(folder)
        .filter(isSocket)
        .map((name) => join(folder, name))
      lookedAt = performance.now()
    }
    turn = (turn + 1) % Math.max(1, found.length)
    return [...found.slice(turn), ...found.slice(0, turn)]
  }
}

/** None where no prediction process was ever started. */
const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Asks the first that is listened on; only one that was not reached is passed over. */
const firstOf = async (sockets: readonly string[], send: (socket: string) => Promise<Answered>): Promise<Answered> => {
  for (const socket of sockets) {
    try {
      return await send(socket)
    } catch (error) {
      if (!['ECONNREFUSED', 'ENOENT'].includes(String((error as NodeJS.ErrnoException).code))) break
    }
  }
  throw deploymentError('deployment.servingDown', {})
}
