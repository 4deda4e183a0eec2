import type { ServiceUser } from './service-user.ts'

/**
 * The command line that runs a program as `user` and sends it `SIGINT` when this process is gone, by whatever means:
 * PostgreSQL then shuts down cleanly and nothing is left behind. `setpriv` is part of util-linux.
 */
export const boundToUs = (
  user: ServiceUser | undefined,
  program: string,
  args: readonly string[],
): [string, string[]] => {
  const identity = user === undefined ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups']
  return ['setpriv', ['--pdeathsig=INT', ...identity, '--', program, ...args]]
}
