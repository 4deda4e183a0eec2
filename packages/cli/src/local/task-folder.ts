import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import {
  checkTaskFolder,
  environmentOf,
  isError,
  type TargetType,
  type TaskType,
  type TaskMetadata,
  TargetType as TargetTypes,
} from '@modelsmith/domain'
import { type EngineTask, hashBytes, hashOf } from '@modelsmith/engine'
import type { Finding } from '@modelsmith/table'
import { cliError } from '../errors.ts'
import { filesAt } from '../files.ts'

export type LocalTask = {
  readonly task: EngineTask
  readonly language: 'python' | 'r'
  readonly targetType: TargetType
  readonly metadata: TaskMetadata | undefined
  readonly warnings: readonly Finding[]
  /** Its code, file by file. */
  readonly sources: readonly string[]
}

/** Checks a task folder and copies what belongs to it to where a session can read it. All findings at once. */
export const readTaskFolder = async (path: string, chosen: string | undefined, codeDir: string): Promise<LocalTask> => {
  const files = await filesAt(path)
  const given = await Promise.all(
    files.map(async ({ name, data }) => ({ path: name, bytes: new Uint8Array(await data.arrayBuffer()) })),
  )
  const { task, findings } = checkTaskFolder(given)
  const errors = findings.filter(isError)
  if (task === undefined || errors.length > 0) {
    throw cliError('cli.taskFolder', { path, count: errors.length }, { findings })
  }
  for (const file of task.files) {
    await mkdir(dirname(join(codeDir, file.path)), { recursive: true })
    await writeFile(join(codeDir, file.path), file.bytes)
  }
  const { metadata } = task
  const targetType = targetTypeOf(chosen, task.targetTypes)
  const codeHash = hashOf(task.files.map((file) => [file.path, hashBytes(file.bytes)]))
  return {
    task: {
      id: `local:${codeHash}`,
      name: metadata?.name ?? basename(resolve(path)),
      kind: 'custom',
      targetTypes: [targetType],
      typeSchema: metadata?.typeSchema ?? {},
      hyperparameters: metadata?.hyperparameters ?? [],
      predictionParameters: metadata?.predictionParameters ?? [],
      environment: environmentOf(task),
      codeDir,
      codeHash,
    },
    language: task.language,
    targetType,
    metadata,
    warnings: findings,
    sources: task.files.filter(({ path }) => path.endsWith('.py')).map(({ bytes }) => new TextDecoder().decode(bytes)),
  }
}

const targetTypeOf = (chosen: string | undefined, types: readonly TaskType[]): TargetType => {
  const declared = types.filter((type) => type !== 'split' && type !== 'evaluation')
  if (declared.length < types.length)
    throw cliError('cli.usage', {
      problem: `a function (${types.join(', ')}) is tried where it is used: \`modelsmith sample-sets preview-split\`, or in the evaluations of a project.`,
    })
  const known: readonly string[] = TargetTypes.enum
  const [only] = declared
  if (chosen === undefined) {
    if (only !== undefined && declared.length === 1) return only
    throw cliError('cli.usage', {
      problem: `--target-type is needed: one of ${(only === undefined ? known : declared).join(', ')}.`,
    })
  }
  if (!known.includes(chosen)) {
    throw cliError('cli.usage', { problem: `--target-type ${chosen}: expected one of ${known.join(', ')}.` })
  }
  if (only !== undefined && !declared.includes(chosen as TargetType)) {
    throw cliError('cli.usage', {
      problem: `--target-type ${chosen}: model-metadata.yaml says ${declared.join(', ')}.`,
    })
  }
  return chosen as TargetType
}
