import { ApiError } from '@modelsmith/api'
import { metadataFile, parseMetadata, parseRequirements, requirementsFile } from '@modelsmith/domain'
import { atLine } from '../../ui/checked-text.tsx'
import type { LineFinding } from '../../ui/code.tsx'

/** What the rules of the contract say about a text while it is typed. */
export const findingsOfText = (path: string, text: string, language: 'python' | 'r'): readonly LineFinding[] => {
  if (path === metadataFile) return parseMetadata(text).findings.map(atLine)
  if (path === requirementsFile) return parseRequirements(text, language).findings.map(atLine)
  return []
}

/** What the server found wrong with one file when it was asked to save. */
export const findingsOfFile = (problem: unknown, path: string): readonly LineFinding[] =>
  problem instanceof ApiError
    ? (problem.problem.findings ?? []).filter(({ place }) => place?.file === path).map(atLine)
    : []
