import type { Operation } from '@modelsmith/api'
import type { Example, Examples } from './world.ts'

type Parameter = { readonly name: string; readonly in: 'path' | 'query' | 'header'; examples?: unknown }
type Described = {
  readonly operationId: Operation
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { examples?: unknown }>> }
}
export type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>> }

/** The server's own document, with these requests as its examples. */
export const withExamples = (document: Document, examples: Examples): Document => {
  const copy = structuredClone(document)
  for (const described of Object.values(copy.paths).flatMap((path) => Object.values(path))) {
    const given = (examples as Partial<Record<Operation, readonly Example[]>>)[described.operationId] ?? []
    const named = (pick: (example: Example) => unknown) => {
      const values = given.map(pick)
      const known = values.flatMap((value, index) => (value === undefined ? [] : [[`example ${index}`, { value }]]))
      return known.length === 0 ? undefined : Object.fromEntries(known)
    }
    for (const parameter of described.parameters ?? []) {
      const found = named((example) => example[parameter.in]?.[parameter.name])
      if (found !== undefined) parameter.examples = found
    }
    const [media] = Object.values(described.requestBody?.content ?? {})
    const bodies = named(({ body }) => body)
    if (media !== undefined && bodies !== undefined) media.examples = bodies
  }
  return copy
}
