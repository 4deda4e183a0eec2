import { type Endpoint, endpoints } from '@modelsmith/api'

/** The reference of the HTTP contract: one table a tag. */
export const apiReference = (): string => {
  const byTag = Map.groupBy(Object.entries<Endpoint>(endpoints), ([, { tag }]) => tag)
  const tables = [...byTag].map(([tag, operations]) => {
    const rows = operations.map(
      ([name, { method, path, summary }]) => `| \`${name}\` | \`${method} ${path}\` | ${summary} |`,
    )
    return `## ${tag}\n\n| operation | below /api/v1 | what |\n|---|---|---|\n${rows.join('\n')}\n`
  })
  return `# The HTTP API

Made from the code by \`npm run docs\`. Schemas of bodies and answers are in the complete OpenAPI 3.1 document, which the
server serves at \`/api/v1/openapi.json\`.

- **Who asks**: \`Authorization: Bearer <token>\`; a browser session also sends its CSRF token with every change.
- **Errors** are \`application/problem+json\` with a \`code\`, a \`hint\` and all \`findings\`: [the errors](errors.md).
- **Lists** come in pages: \`limit\`, and the \`nextCursor\` of a page as \`cursor\` of the next.
- **Long work** answers 202 with a job; \`GET /jobs/{id}/events\` streams its progress and the prints of its code.
- **Changes** name the version that they are based on: \`If-Match: "3"\`, as the object's \`ETag\` said; another one is refused.
- **Creations** with an \`Idempotency-Key\` are done once, however often they are sent.
- **Links** of the document say, of every answer that holds an id, which operations take it next, with the version where a change asks
  for one: \`createBlueprint\` goes on to \`getBlueprint\`, \`changeBlueprint\`, \`deleteBlueprint\`.

${tables.join('\n')}`
}
