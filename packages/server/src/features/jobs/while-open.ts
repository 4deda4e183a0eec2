/**
 * Uses what was opened for a job, and closes it afterwards; at once where the job is cancelled, also where it was cancelled while this was
 * opened: of a signal that has aborted already, nobody hears any more.
 */
export const whileOpen = async <T>(
  opened: { close(): Promise<void> },
  signal: AbortSignal,
  use: () => Promise<T>,
): Promise<T> => {
  const onAbort = () => void opened.close()
  signal.addEventListener('abort', onAbort)
  try {
    signal.throwIfAborted()
    return await use()
  } finally {
    signal.removeEventListener('abort', onAbort)
    await opened.close()
  }
}
