import { extname } from 'node:path'

const known: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.svg': 'image/svg+xml',
  '.html': 'text/html',
  '.csv': 'text/csv',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
  '.json': 'application/json',
}

/** By the ending of the name; what is not known is bytes. */
export const mediaTypeOf = (path: string): string => known[extname(path).toLowerCase()] ?? 'application/octet-stream'
