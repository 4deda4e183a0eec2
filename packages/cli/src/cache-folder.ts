import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where Node keeps what it has compiled, so that later commands start sooner. */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'modelsmith', 'compiled')
