import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { decodeBlocks } from '@modelsmith/table'
import { previewOf } from './preview.ts'
import type { PreviewQuestion } from './previews.ts'

const { files, definition, hidden } = workerData as PreviewQuestion
const tables = files.map((file) => decodeBlocks(readFileSync(file)))
parentPort?.postMessage(previewOf(tables, definition, new Set(hidden)))
