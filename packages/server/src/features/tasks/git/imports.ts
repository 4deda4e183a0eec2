import type { Job } from '@modelsmith/api'
import type { Context } from '../../../infra/context.ts'
import type { Caller } from '../../../infra/http/handler.ts'
import { newId } from '../../../infra/ids.ts'
import { authorise, authoriseCreate } from '../../../infra/rights/objects.ts'
import { findJob, queueJob, toJob } from '../../jobs/index.ts'
import { type GitSource, readSource } from './source.ts'

/** What the job of an import is told. */
export type ImportPayload = {
  readonly source: Omit<GitSource, 'ref'> & { readonly ref: string | null }
  readonly task: string
  /** Whether the task is to be made. */
  readonly isNew: boolean
  readonly name: string | null
  readonly note: string | null
  readonly workspace: string
}

type Asked = {
  readonly url: string
  readonly ref?: string
  readonly folder?: string
  readonly name?: string
  readonly note?: string
}

/** Begins to import a folder of a git repository. */
export const createTaskImports = ({ database }: Pick<Context, 'database'>) => {
  const begin = async (caller: Caller, task: string, isNew: boolean, asked: Asked): Promise<{ job: Job }> => {
    const { ref = null, ...source } = readSource(asked)
    const payload: ImportPayload = {
      source: { ...source, ref },
      task,
      isNew,
      name: asked.name ?? null,
      note: asked.note ?? null,
      workspace: caller.workspace,
    }
    const id = await database.transaction((queries) =>
      queueJob(queries, {
        kind: 'importTask',
        title: `Import ${source.folder === '' ? '' : `${source.folder} of `}${source.url}`,
        owner: caller.id,
        organisation: caller.organisation,
        subject: { kind: 'task', id: task },
        payload,
      }),
    )
    return { job: toJob((await findJob(database, id)) as NonNullable<Awaited<ReturnType<typeof findJob>>>) }
  }
  return {
    start: (caller: Caller, asked: Asked): Promise<{ job: Job }> => {
      authoriseCreate(caller, 'task')
      return begin(caller, newId('task'), true, asked)
    },
    startVersion: async (caller: Caller, task: string, asked: Asked): Promise<{ job: Job }> => {
      await authorise(database, caller, 'edit', 'task', task)
      return begin(caller, task, false, asked)
    },
  }
}

export type TaskImports = ReturnType<typeof createTaskImports>
