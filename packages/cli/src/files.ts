import { openAsBlob } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { UploadFile } from '@modelsmith/api'
import type { TableFormat } from '@modelsmith/serving'
import { cliError } from './errors.ts'

/** Folders and files that are never part of a task. */
const ignored = new Set([
  '.git',
  '__pycache__',
  '.ipynb_checkpoints',
  '.DS_Store',
  '.venv',
  'node_modules',
  '.Rhistory',
])

/** Whether a path within a task folder is of what is never part of a task. */
export const isIgnored = (path: string): boolean => path.split('/').some((part) => ignored.has(part))

/** What a file of rows holds, by the end of its name: CSV where that says nothing else. */
export const tableFormatOfFile = (path: string): TableFormat => {
  const name = path.toLowerCase()
  if (/\.(parquet|pq)$/.test(name)) return 'parquet'
  return /\.(arrow|arrows|feather|ipc)$/.test(name) ? 'arrow' : 'csv'
}

/** The format of a file to write, by the end of its name; standard output is CSV. */
export const outputFormatOf = (path: string | undefined): TableFormat | 'arrowFile' => {
  const format = path === undefined ? 'csv' : tableFormatOfFile(path)
  return format === 'arrow' && path?.toLowerCase().endsWith('.arrows') !== true ? 'arrowFile' : format
}

/** A file as it is, or every file of a folder with its path inside the folder. */
export const filesAt = async (path: string): Promise<UploadFile[]> => {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw cliError('cli.file', {
      path,
      reason: error.code === 'ENOENT' ? 'there is no such file or folder' : error.message,
    })
  })
  if (info.isFile()) return [{ name: basename(path), data: await openAsBlob(path) }]
  const entries = await readdir(path, { withFileTypes: true, recursive: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isIgnored(relative(path, file).split(sep).join('/')))
    .sort()
  return Promise.all(
    files.map(async (file) => ({ name: relative(path, file).split(sep).join('/'), data: await openAsBlob(file) })),
  )
}
