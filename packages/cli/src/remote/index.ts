import type { SubCommandsDef } from 'citty'
import { commandOf } from './command.ts'
import { verbs } from './verbs.ts'

/** `modelsmith <noun> <verb>` for everything that the API can do. */
export const remoteCommands = (): SubCommandsDef =>
  Object.fromEntries(
    Object.entries(verbs).map(([noun, operations]) => [
      noun,
      {
        meta: { description: `On the server: ${Object.keys(operations).join(', ')}` },
        subCommands: Object.fromEntries(
          Object.entries(operations).map(([verb, operation]) => [verb, () => commandOf(operation)]),
        ),
      },
    ]),
  )
export { login } from './login.ts'
export { pullRun } from './pull-run.ts'
export { push } from './push.ts'
