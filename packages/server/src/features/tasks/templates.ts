import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TaskTemplate } from '@modelsmith/api'
import {
  changeMetadata,
  checkTaskFolder,
  entryFiles,
  environmentOf,
  type Language,
  metadataFile,
  starterForm,
  starterMetadata,
  starterTypes,
  type TaskType,
  type TaskMetadata,
  isFunctionType,
} from '@modelsmith/domain'
import type { TaskFile } from './archive.ts'
import { taskError } from './errors.ts'

const root = fileURLToPath(new URL('../../../../../', import.meta.url))
/** Each a lesson with real data. */
const examples = join(root, 'examples/tasks')
/** What `modelsmith new` begins with, too. */
const starters = join(root, 'packages/cli/templates')

type Template = { readonly id: string; readonly kind: TaskTemplate['kind']; readonly files: readonly TaskFile[] }

const languageNames = { python: 'Python', r: 'R' } as const
const targetNames: Readonly<Record<TaskType, string>> = {
  binary: 'Two classes',
  multiclass: 'Several classes',
  regression: 'A number',
  anomaly: 'Anomalies',
  transform: 'A transform',
  split: 'A split of rows',
  evaluation: 'An evaluation',
}

const readExample = async (name: string): Promise<Template> => {
  const folder = join(examples, name)
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files = paths
    .map((path) => ({ path, inside: relative(folder, path) }))
    .filter(({ inside }) => !inside.includes('__pycache__'))
    .sort((a, b) => (a.inside < b.inside ? -1 : 1))
  return {
    id: `example:${name}`,
    kind: 'example',
    files: await Promise.all(
      files.map(async ({ path, inside }) => ({ path: inside, bytes: new Uint8Array(await readFile(path)) })),
    ),
  }
}

const readStarter = async (language: Language, targetType: TaskType): Promise<Template> => {
  const entry = entryFiles[language]
  const name = `${targetNames[targetType]}, in ${languageNames[language]}`
  return {
    id: `starter:${language}:${targetType}`,
    kind: 'starter',
    files: [
      {
        path: entry,
        bytes: new Uint8Array(await readFile(join(starters, language, starterForm(targetType) + extname(entry)))),
      },
      { path: metadataFile, bytes: Buffer.from(starterMetadata(name, language, targetType)) },
      ...(isFunctionType(targetType)
        ? []
        : [{ path: 'sample.csv', bytes: new Uint8Array(await readFile(join(starters, 'sample.csv'))) }]),
    ],
  }
}

const readTemplates = async (): Promise<Template[]> => {
  const folders = (await readdir(examples, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  return [
    ...(await Promise.all(folders.map(({ name }) => readExample(name)))),
    ...(await Promise.all(
      (['python', 'r'] as const).flatMap((language) =>
        starterTypes[language].map((each) => readStarter(language, each)),
      ),
    )),
  ]
}

const describeTemplate = ({ id, kind, files }: Template): TaskTemplate[] => {
  const { task } = checkTaskFolder(files, { needsMetadata: true })
  if (task?.metadata === undefined) return []
  const readme = files.find(({ path }) => path === 'README.md')
  return [
    {
      id,
      kind,
      name: task.metadata.name,
      description: task.metadata.description ?? '',
      language: task.language,
      targetTypes: [...task.targetTypes],
      environment: environmentOf(task),
      readme: readme === undefined ? null : Buffer.from(readme.bytes).toString('utf8'),
      files: task.files.map(({ path, bytes }) => ({ path, bytes: bytes.length })),
    },
  ]
}

/** The task folders that a task may begin with; one that breaks the rules is not offered. */
export const listTemplates = async (): Promise<TaskTemplate[]> => (await readTemplates()).flatMap(describeTemplate)

/** The files of a template, its metadata with these values. */
export const fillTemplate = async (id: string, metadata: TaskMetadata): Promise<TaskFile[]> => {
  const template = (await readTemplates()).find((each) => each.id === id)
  if (template === undefined) throw taskError('task.noTemplate', { id })
  return template.files.map((file) =>
    file.path === metadataFile
      ? { ...file, bytes: Buffer.from(changeMetadata(Buffer.from(file.bytes).toString('utf8'), metadata)) }
      : file,
  )
}
