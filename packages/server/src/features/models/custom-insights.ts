import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { type CustomInsight, customInsightForms } from '@modelsmith/api'
import type { Bytes } from '../../infra/http/handler.ts'
import type { ObjectStore } from '../../infra/objects/store.ts'
import { modelError } from './errors.ts'
import type { artifactsOf } from './store.ts'

type StoredArtifact = ReturnType<typeof artifactsOf>[number]

const mostTextBytes = 131_072
const mostRenderedBytes = 16 * 2 ** 20

/** The beginning of a table or text: what the page shows, and no way to take the file away. */
export const customInsightText = async (objects: ObjectStore, artifact: StoredArtifact): Promise<CustomInsight> => {
  const { node, path, mediaType, bytes, key } = artifact
  const form = customInsightForms[mediaType]
  if (form !== 'table' && form !== 'text') throw modelError('model.noInsight', { path, form: 'table or text' })
  const isWhole = bytes <= mostTextBytes
  const file = await objects.pathOf(key)
  const text = bytes === 0 ? '' : (await buffer(createReadStream(file, { end: mostTextBytes - 1 }))).toString()
  return { node, path, mediaType, bytes, text: isWhole ? text : wholeLines(text), isWhole }
}

/** Without the line that was cut; of a single long line what there is. */
const wholeLines = (text: string): string => {
  const end = text.lastIndexOf('\n')
  return end < 0 ? text.replace(/\uFFFD+$/, '') : text.slice(0, end + 1)
}

/** A picture or page, which a browser shows in an origin of its own. */
export const renderedInsight = (objects: ObjectStore, { path, mediaType, bytes, key }: StoredArtifact): Bytes => {
  const form = customInsightForms[mediaType]
  if (form !== 'image' && form !== 'page') throw modelError('model.noInsight', { path, form: 'picture or page' })
  if (bytes > mostRenderedBytes) throw modelError('model.largeInsight', { path, bytes, most: mostRenderedBytes })
  return { stream: objects.read(key), type: mediaType, isFramed: true }
}
