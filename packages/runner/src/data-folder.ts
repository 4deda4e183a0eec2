import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the product keeps what it makes on this machine, environments among it: `MODELSMITH_DATA`, else the system's place for root and the user's own for others. */
export const dataFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env['MODELSMITH_DATA'] ??
  (process.getuid?.() === 0
    ? '/var/lib/modelsmith'
    : join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'modelsmith'))
