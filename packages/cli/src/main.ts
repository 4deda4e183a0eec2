import { enableCompileCache } from 'node:module'
import { cacheFolder } from './cache-folder.ts'

// Whoever reads our output may have seen enough, such as `head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
enableCompileCache(cacheFolder())
const { run } = await import('./command-line.ts')
process.exitCode = await run(process.argv.slice(2))
