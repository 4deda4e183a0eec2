import { expect, it } from 'vitest'
import { droppable } from './rights-drop.ts'

it('lets each check be dropped, and leaves the rest as it is', () => {
  const source = [
    'export const read = (caller: Caller, id: string) =>',
    "  authorise(database, caller, 'view', 'task', id)",
    "if (!may(caller, 'edit', row)) throw forbidden()",
    'const other = may',
    'row(caller, id)',
  ].join('\n')
  const [read, , may] = droppable(source, 'a.ts').split('\n').slice(0, 5)
  expect(read).toBe('export const read = (caller: Caller, id: string) =>')
  expect(may).toContain(' || may(caller, ')
  expect(droppable(source, 'a.ts')).toContain('a.ts:2')
  expect(droppable(source, 'a.ts').match(/checks\.sites\.add/g)).toHaveLength(2)
  expect(droppable('row(caller, id)', 'a.ts')).not.toContain('checks.raise')
})

it('takes for a check whatever is told an action', () => {
  expect(droppable("row(caller, id, 'run')", 'a.ts')).toContain('checks.raise')
})

it('tells two alike on one line apart', () => {
  const text = droppable("may(caller, 'view', a) && may(caller, 'view', a)", 'a.ts')
  expect(text).toContain('#2')
})
