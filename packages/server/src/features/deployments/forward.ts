import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { PredictionAnswer, Problem } from '@modelsmith/api'
import { servingPaths } from '@modelsmith/serving'
import { type ErrorKind, ModelsmithError } from '@modelsmith/table'
import { deploymentError } from './errors.ts'

export type Forward = (
  deployment: string,
  body: { readonly type: string; readonly data: Buffer },
) => Promise<PredictionAnswer>

const kinds: Readonly<Record<number, ErrorKind>> = {
  404: 'notFound',
  413: 'limit',
  415: 'unsupported',
  422: 'invalid',
  429: 'limit',
  503: 'unavailable',
}

/** Sends rows to the prediction process over its private socket; what it refuses is passed on in its own words. */
export const forwardTo = (servingDir: string): Forward => {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const socketPath = join(servingDir, servingPaths.socket)
  return async (deployment, { type, data }) => {
    const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const call = request(
        {
          agent,
          socketPath,
          method: 'POST',
          path: `/api/v1/deployments/${encodeURIComponent(deployment)}/predictions`,
          headers: { 'content-type': type, 'content-length': data.length },
        },
        (answer) => {
          text(answer).then((content) => resolve({ status: answer.statusCode ?? 500, body: content }), reject)
        },
      )
      call.once('error', () => reject(deploymentError('deployment.servingDown', {})))
      call.end(data)
    })
    const content: unknown = JSON.parse(body)
    if (status === 200) return content as PredictionAnswer
    const { code, detail, hint, findings } = content as Problem
    throw new ModelsmithError({
      code,
      kind: kinds[status] ?? 'bug',
      message: detail,
      hint,
      findings: findings as ModelsmithError['findings'],
    })
  }
}
