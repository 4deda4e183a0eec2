import { type Client, type ClientSettings, createClient } from '@modelsmith/api'
import { useRef, useState } from 'react'
import { useAction } from '../ui/action.ts'
import { clientSettings } from './client.ts'

type Send = NonNullable<ClientSettings['fetch']>

/** As fetch, but says how much of the body is sent: fetch itself does not. */
const sendWatched =
  (onSent: (fraction: number) => void): Send =>
  (address, { method = 'GET', headers = {}, body = null, signal }) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open(method, address)
      request.responseType = 'blob'
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, String(value))
      request.upload.onprogress = ({ lengthComputable, loaded, total }) => lengthComputable && onSent(loaded / total)
      request.onload = () => {
        const type = request.getResponseHeader('content-type') ?? ''
        resolve(new Response(request.response as Blob, { status: request.status, headers: { 'content-type': type } }))
      }
      request.onerror = () => reject(new Error('The connection was lost while the files were sent. Try it again.'))
      request.onabort = () => reject(new Error('Cancelled'))
      signal?.addEventListener('abort', () => request.abort())
      request.send(body as XMLHttpRequestBodyInit | null)
    })

export type Upload = {
  readonly busy: boolean
  readonly problem: unknown
  /** How much of the files is on its way, from 0 to 1; undefined when nothing is sent. */
  readonly sent: number | undefined
  readonly cancel: () => void
  readonly run: (work: (client: Client, signal: AbortSignal) => Promise<string | void>) => Promise<boolean>
}

/** Sends files, says how far it is, and can be stopped. */
export const useUpload = (): Upload => {
  const { busy, problem, run } = useAction()
  const [sent, setSent] = useState<number>()
  const current = useRef<AbortController>(undefined)
  return {
    busy,
    problem,
    sent,
    cancel: () => current.current?.abort(),
    run: (work) =>
      run(async () => {
        const stopping = new AbortController()
        current.current = stopping
        setSent(0)
        try {
          return await work(createClient({ ...clientSettings, fetch: sendWatched(setSent) }), stopping.signal)
        } catch (error) {
          if (stopping.signal.aborted) return 'The upload was cancelled; nothing was kept.'
          throw error
        } finally {
          setSent(undefined)
        }
      }),
  }
}
