import type { Client, Experiment, FileUpload } from '@modelsmith/api'

type Watch = { readonly onSent: (fraction: number) => void; readonly signal: AbortSignal }

const attempts = 5

/** Sends a model file part by part; when a part is lost, or the same file is sent again later, it goes on where it was. */
export const sendInParts = async (
  client: Client,
  experiment: string,
  file: File,
  { onSent, signal }: Watch,
): Promise<Experiment> => {
  const sha256 = hex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  const body = { fileName: file.name, bytes: file.size, sha256 }
  let upload: FileUpload = await client.call('beginFileUpload', { params: { id: experiment }, body })
  const params = { id: upload.id }
  let lost = 0
  while (upload.received < upload.bytes) {
    signal.throwIfAborted()
    onSent(upload.received / upload.bytes)
    const { received, partBytes } = upload
    try {
      const sent = await client.sendBytes('sendFilePart', {
        params,
        query: { offset: received },
        data: file.slice(received, received + partBytes),
        type: 'application/octet-stream',
        signal,
      })
      upload = (await sent.json()) as FileUpload
      lost = 0
    } catch (error) {
      if (signal.aborted || ++lost >= attempts) throw error
      upload = await client.call('getFileUpload', { params })
    }
  }
  onSent(1)
  return client.call('finishFileUpload', { params })
}

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Browsers hash only where the page came over HTTPS or from this machine. */
export const canSendInParts = (): boolean => globalThis.isSecureContext
