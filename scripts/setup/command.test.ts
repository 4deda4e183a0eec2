import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { run } from './command.mjs'

const inPlaceOf = async (program: string): Promise<ChildProcess> => {
  const script = `
    import { becomes } from ${JSON.stringify(join(import.meta.dirname, 'command.mjs'))}
    await becomes(process.execPath, ['-e', ${JSON.stringify(program)}])
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

it('returns what a program said and its exit status, also of one that does not exist', async () => {
  expect(await run('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({
    status: 3,
    output: expect.stringMatching(/out\n|err\n/),
  })
  expect(await run('/nowhere/program', [])).toEqual({ status: 127, output: expect.stringContaining('ENOENT') })
})

it('hands its signals on and ends with the exit status of the program in its place', async () => {
  const child = await inPlaceOf(`
    process.on('SIGTERM', () => process.exit(7))
    setInterval(() => {}, 1000)
    console.log('ready')
  `)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([7, null])
})

it('ends by the signal that ended the program in its place', async () => {
  const child = await inPlaceOf(`console.log('ready'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50)`)
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
})
