const headEnd = Buffer.from('\r\n\r\n')

/** The answer of a server of HTTP that has come so far on a connection, once it is whole. */
export const answerIn = (bytes: Buffer): { status: number; body: string } | undefined => {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  if (length !== undefined) {
    const body = bytes.subarray(end + 4)
    return body.length < Number(length) ? undefined : { status, body: body.toString() }
  }
  if (!bytes.subarray(-5).equals(Buffer.from('0\r\n\r\n'))) return undefined
  return { status, body: unchunked(bytes.subarray(end + 4)) }
}

const unchunked = (bytes: Buffer): string => {
  let text = ''
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at)
    const length = Number.parseInt(bytes.toString('latin1', at, end), 16)
    if (length === 0) return text
    text += bytes.toString('utf8', end + 2, end + 2 + length)
    at = end + 4 + length
  }
}
