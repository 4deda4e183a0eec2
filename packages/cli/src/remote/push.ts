import { basename, resolve } from 'node:path'
import { type Client, type Task, type TaskUploaded, wordsOfCommit } from '@modelsmith/api'
import { parseMetadata } from '@modelsmith/domain'
import { defineCommand } from 'citty'
import { clientOf, readAccount } from './account.ts'
import { type Commit, commitOf } from './commit.ts'

import { refuseUnknown } from '../local/flags.ts'
import { terminal } from '../terminal.ts'
import { filesAt } from '../files.ts'

const flags = {
  'code-dir': { type: 'string', required: true, description: 'The task folder' },
  task: { type: 'string', description: 'Id of the task; default: the task that has the name in model-metadata.yaml' },
  note: { type: 'string', description: 'What changed' },
  json: { type: 'boolean', description: 'Print the answer as JSON' },
} as const

/** Uploads a task folder: a new version of the task of this name, or a new task. */
export const push = defineCommand({
  meta: { description: 'Upload a task folder as a task version' },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    const account = await readAccount()
    const client = clientOf(account)
    const folder = args['code-dir']
    const files = await filesAt(folder)
    const name = await nameOf(files, folder)
    const known = args.task ?? (await taskNamed(client, name))?.id
    const commit = await commitOf(folder, files)
    const fields: Record<string, string> = {
      ...(args.note === undefined ? {} : { note: args.note }),
      ...(commit === undefined ? {} : commitFields(commit)),
    }
    const uploaded: TaskUploaded =
      known === undefined
        ? await client.upload('uploadTask', { fields: { ...fields, name }, files })
        : await client.upload('uploadTaskVersion', { params: { id: known }, fields, files })
    terminal.out(
      args.json === true ? `${JSON.stringify(uploaded, null, 2)}\n` : `${describe(uploaded, account.server)}\n`,
    )
  },
})

const nameOf = async (files: Awaited<ReturnType<typeof filesAt>>, folder: string): Promise<string> => {
  const metadata = files.find(({ name }) => name === 'model-metadata.yaml')
  const parsed = metadata === undefined ? undefined : parseMetadata(await metadata.data.text())
  return parsed?.metadata?.name ?? basename(resolve(folder))
}

const taskNamed = async (client: Client, name: string): Promise<Task | undefined> => {
  const { items } = await client.call('listTasks', { query: { search: name, limit: 200 } })
  return items.find((task) => task.name === name)
}

const commitFields = ({ commit, state, remote, folder }: Commit): Record<string, string> => ({
  commit,
  commitState: state,
  commitFolder: folder,
  ...(remote === undefined ? {} : { commitRemote: remote }),
})

const describe = ({ task, created }: TaskUploaded, server: string): string =>
  [
    `${task.name} ${task.latest.number}${created ? '' : ' (unchanged: no new version)'}`,
    ...(task.latest.origin?.kind === 'push' ? [wordsOfCommit(task.latest.origin)] : []),
    `${server}/tasks/${task.id}`,
  ].join('\n')
