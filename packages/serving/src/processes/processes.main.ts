import { setTimeout as after } from 'node:timers/promises'
import { startServing } from '../serve.ts'
import { memberOf } from './member.ts'
import { startProcesses } from './processes.ts'

// For tests: prediction processes whose model answers with the id of the process, after as many milliseconds as the row says.
const [folder = '', port = '', count = ''] = process.argv.slice(2)
const member = memberOf()
const end = Promise.withResolvers<string>()
const { close } =
  member === undefined
    ? await startProcesses({ folder, count: Number(count) })
    : await startServing({
        folder,
        member,
        open: async () => ({
          inputs: [{ name: 'ms', type: 'number' }],
          predict: async ({ rows, columns: [ms] }) => {
            if (ms?.kind === 'float64') await after(ms.values[0])
            const values = new Float64Array(rows).fill(process.pid)
            return {
              schema: { columns: [{ name: 'Predictions', type: 'number' }] },
              rows,
              columns: [{ kind: 'float64', values, validity: undefined }],
            }
          },
          close: async () => end.resolve('It was closed.'),
          ended: end.promise,
        }),
        listen: { host: '127.0.0.1', port: Number(port) },
        pollMs: 20,
      })
process.on('SIGTERM', () => void close().then(() => process.exit(0)))
process.send?.({ ready: true })
if (member === undefined) process.stdout.write('ready\n')
