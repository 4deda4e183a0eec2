import { descendants, type RunningProcess } from './processes.ts'

/** Which of a product's processes are meant. */
export type Choice = (processes: readonly RunningProcess[]) => readonly RunningProcess[]

/** Those whose command says so. */
export const named =
  (pattern: RegExp): Choice =>
  (processes) =>
    processes.filter(({ command }) => pattern.test(command))

/** A session is a fork of a zygote: it has the zygote's name and is the last of its line. */
export const sessions: Choice = (processes) => {
  const python = named(/modelsmith_worker\.zygote/)(processes)
  return python.filter(
    ({ pid, parent }) => python.some((other) => other.pid === parent) && !python.some((other) => other.parent === pid),
  )
}

/** False where it had ended by itself since it was seen, as sessions do. */
export const isKilled = ({ pid }: RunningProcess, signal: NodeJS.Signals = 'SIGKILL'): boolean => {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** A session lives only while something runs, so that at times there is none. */
export const present = async (supervisor: number, choose: Choice): Promise<readonly RunningProcess[] | undefined> => {
  const found = choose(await descendants(supervisor))
  return found.length === 0 ? undefined : found
}

/** Whether the product says of itself that all is well. */
export const isWell = async (address: string): Promise<boolean> => {
  try {
    const answer = await fetch(`${address}/api/v1/health`, { signal: AbortSignal.timeout(5000) })
    return answer.ok && ((await answer.json()) as { status: string }).status === 'ok'
  } catch {
    return false
  }
}
