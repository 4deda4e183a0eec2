export type Terminal = {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly interactive: boolean
}

/** Answers go to standard output; progress, prints and warnings to standard error. */
export const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
}
