import { actions } from '@modelsmith/domain'
import ts from 'typescript'

/** Functions that refuse, or leave out, what the caller may not; the caller is among their arguments. */
const checks: ReadonlySet<string> = new Set([
  'authorise',
  'authoriseAny',
  'authoriseUse',
  'authoriseJob',
  'authoriseCreate',
  'allowed',
  'allowedJob',
  'listObjects',
  'wordsFor',
  'demand',
  'demandAll',
  'demandPlaced',
  'misplaced',
  'unseen',
  'member',
  'group',
  'tokenHolder',
])
const callers: ReadonlySet<string> = new Set(['caller', 'principal'])

/** Whoever is told an action checks it, such as what reads a project of its feature. */
const isAction = (node: ts.Node): boolean =>
  ts.isStringLiteral(node) && (actions as readonly string[]).includes(node.text)

const nameOf = (callee: ts.Expression): string =>
  ts.isIdentifier(callee) ? callee.text : ts.isPropertyAccessExpression(callee) ? callee.name.text : ''

/**
 * The same source, in which each check can be dropped while it runs: `may` then says yes, and whoever else is asked about the caller sees
 * an administrator. `globalThis.checks` has the sites, which of them ran, and which one is dropped.
 */
export const droppable = (source: string, path: string): string => {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true)
  const inserted: { readonly at: number; readonly text: string }[] = []
  const sites: string[] = []
  const siteOf = (node: ts.CallExpression): string => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart())
    const site = `${path}:${line + 1} ${source.slice(node.getStart(), node.getEnd()).replace(/\s+/g, ' ').slice(0, 90)}`
    // Two alike on one line are two sites.
    const known = sites.filter((each) => each === site || each.startsWith(`${site} #`)).length
    sites.push(known === 0 ? site : `${site} #${known + 1}`)
    return JSON.stringify(sites.at(-1))
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const name = nameOf(node.expression)
      const caller = node.arguments.find((each) => ts.isIdentifier(each) && callers.has(each.text))
      if (name === 'may' && caller !== undefined) {
        inserted.push({ at: node.getStart(), text: `(globalThis.checks.drops(${siteOf(node)}) || ` })
        inserted.push({ at: node.getEnd(), text: ')' })
      } else if ((checks.has(name) || node.arguments.some(isAction)) && caller !== undefined) {
        inserted.push({ at: caller.getStart(), text: `globalThis.checks.raise(${siteOf(node)}, ` })
        inserted.push({ at: caller.getEnd(), text: ')' })
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  const parts: string[] = []
  let from = 0
  for (const { at, text } of inserted.toSorted((a, b) => a.at - b.at)) {
    parts.push(source.slice(from, at), text)
    from = at
  }
  const known = sites.map((site) => `globalThis.checks.sites.add(${JSON.stringify(site)})`).join(';')
  return `${parts.join('')}${source.slice(from)}\n;${known};\n`
}
