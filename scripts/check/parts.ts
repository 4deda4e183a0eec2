/** One thing that `npm run check` asks of the tree. `tool` is a program of node_modules/.bin, or `node` for our own. */
export type CheckPart = { readonly name: string; readonly tool: string; readonly args: readonly string[] }

const typescript = 'node_modules/typescript7/bin/tsc'

/** A new check is one line here. Every part reads the tree only, so that all can run side by side. */
export const CHECK_PARTS: readonly CheckPart[] = [
  { name: 'types: node', tool: 'node', args: [typescript, '-p', 'tsconfig.node.json'] },
  { name: 'types: portable', tool: 'node', args: [typescript, '-p', 'tsconfig.portable.json'] },
  { name: 'types: web', tool: 'node', args: [typescript, '-p', 'tsconfig.web.json'] },
  { name: 'lint', tool: 'oxlint', args: ['--deny-warnings'] },
  { name: 'format', tool: 'biome', args: ['format', '--reporter=summary', '.'] },
  { name: 'import direction', tool: 'node', args: ['scripts/check/imports.ts'] },
  { name: 'unused', tool: 'knip', args: ['--no-progress', '--no-config-hints'] },
  { name: 'licences', tool: 'node', args: ['scripts/check/licences.ts'] },
]
