import { extname } from 'node:path'
import { artifactMediaTypes } from '@modelsmith/api'

export const mediaTypeOf = (path: string): string =>
  artifactMediaTypes[extname(path).toLowerCase()] ?? 'application/octet-stream'
