import type { Finding } from '@modelsmith/table'
import { finding } from '../errors.ts'

const maxLength = 400

/** Paths that could leave the folder, mean something else on another system, or stand for two things. */
export const checkPaths = (paths: readonly string[]): Finding[] => {
  const folders = new Set(paths.flatMap(foldersOf))
  const seen = new Set<string>()
  return paths.flatMap((path) => {
    const problem =
      problemOf(path) ?? (seen.has(path) ? 'is there twice' : folders.has(path) ? 'is a file and a folder' : undefined)
    seen.add(path)
    return problem === undefined ? [] : [finding('taskFolder.path', { path: path.slice(0, maxLength), problem })]
  })
}

const foldersOf = (path: string): string[] => {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

const problemOf = (path: string): string | undefined => {
  const parts = path.split('/')
  if (path === '') return 'is empty'
  if (path.length > maxLength) return `has more than ${maxLength} characters`
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is absolute'
  if (path.includes('\\')) return 'has a backslash'
  if (parts.includes('..')) return 'leaves the folder'
  if (parts.includes('.') || parts.includes('')) return 'has an empty or "." part'
  if (/\p{Cc}/u.test(path) || !path.isWellFormed()) return 'has characters that cannot be shown'
  return undefined
}
