import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fromProblem, type PredictionAnswer, type Problem } from '@modelsmith/api'
import { servingPaths } from '@modelsmith/serving'
import { deploymentError } from './errors.ts'

export type Forward = (
  deployment: string,
  body: { readonly type: string; readonly data: Buffer },
  requestId: string,
) => Promise<PredictionAnswer>

/** Sends rows to the prediction process over its private socket; what it refuses is passed on in its own words. */
export const forwardTo = (servingDir: string): Forward => {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const socketPath = join(servingDir, servingPaths.socket)
  return async (deployment, { type, data }, requestId) => {
    const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const down = () => reject(deploymentError('deployment.servingDown', {}))
      const call = request(
        {
          agent,
          socketPath,
          method: 'POST',
          path: `/api/v1/deployments/${encodeURIComponent(deployment)}/predictions`,
          headers: { 'content-type': type, 'content-length': data.length, 'x-request-id': requestId },
        },
        (answer) => {
          text(answer).then((content) => resolve({ status: answer.statusCode ?? 500, body: content }), down)
        },
      )
      call.once('error', down)
      call.end(data)
    })
    const content: unknown = JSON.parse(body)
    if (status === 200) return content as PredictionAnswer
    throw fromProblem(content as Problem)
  }
}
