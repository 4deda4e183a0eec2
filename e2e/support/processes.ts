import { readdir, readFile } from 'node:fs/promises'

export type RunningProcess = { readonly pid: number; readonly parent: number; readonly command: string }

/** All processes below one, from /proc. */
export const descendants = async (root: number): Promise<RunningProcess[]> => {
  const all = (await Promise.all((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(describe))).filter(
    (each) => each !== undefined,
  )
  const found: RunningProcess[] = []
  const walk = (parent: number) => {
    for (const each of all) {
      if (each.parent !== parent) continue
      found.push(each)
      walk(each.pid)
    }
  }
  walk(root)
  return found
}

const describe = async (name: string): Promise<RunningProcess | undefined> => {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${name}/stat`, 'utf8'),
      readFile(`/proc/${name}/cmdline`, 'utf8'),
    ])
    // The command name in parentheses may hold spaces; the parent's id is the second field after it.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    return { pid: Number(name), parent, command: command.replaceAll('\0', ' ').trim() }
  } catch {
    return undefined
  }
}
