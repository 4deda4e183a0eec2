export type PipProblem = {
  /** The requirement that nothing satisfies; undefined where that is not what went wrong. */
  readonly requirement?: string
  /** The package that needs it, where nobody asked for it. */
  readonly neededBy?: string
  /** Versions of it that would have been there, oldest first. */
  readonly versions?: readonly string[]
  /** Which asks for what, where two do not fit. */
  readonly conflict?: readonly string[]
  /** The line that says it best. */
  readonly line: string
}

/** Reads what pip (22.2 to 24) printed on the way to its end. */
export const explainPip = (output: string): PipProblem => {
  const lines = output.split('\n').map((line) => line.trim())
  const line =
    lines.findLast((each) => each.startsWith('ERROR:'))?.slice(7) ?? lines.findLast((each) => each !== '') ?? ''
  const conflict = conflictOf(lines)
  if (conflict.length > 0) return { conflict, line }
  const missing =
    /ERROR: Could not find a version that satisfies the requirement (?<requirement>\S+)(?: \(from (?!versions)(?<by>[A-Za-z0-9._-]*).*?\))? \(from versions: (?<versions>.*)\)/.exec(
      output,
    )
  const { requirement, by, versions } = missing?.groups ?? {}
  if (requirement === undefined || versions === undefined) return { line }
  // A requirement of a file is said to come from that file, as `-r requirements.txt`.
  const needed = by === undefined || by.startsWith('-') ? {} : { neededBy: by }
  return { requirement, ...needed, versions: versions === 'none' ? [] : versions.split(', '), line }
}

const conflictOf = (lines: readonly string[]): string[] => {
  const start = lines.findIndex((line) => line.startsWith('The conflict is caused by:'))
  if (start < 0) return []
  const end = lines.findIndex((line, index) => index > start && line === '')
  return lines.slice(start + 1, end < 0 ? undefined : end)
}
