import type { ActualsUpload } from '@modelsmith/api'
import type { Measured } from '@modelsmith/domain'
import { canonicalLabel, type Cell, type Finding } from '@modelsmith/table'
import { type Given, isUsableId, mostIdBytes } from './accuracy-count.ts'
import { monitoringError } from './errors.ts'

const mostFindings = 100

/** Actual values as they are compared, each id once; all that is wrong at once, and then none is taken. */
export const demandActuals = (how: Measured, actuals: ActualsUpload['actuals']): Given[] => {
  const given = new Map<string, string>()
  const findings: Finding[] = []
  let wrong = 0
  const note = (error: ReturnType<typeof monitoringError>, row: number) => {
    const { code, message } = error
    if (wrong++ < mostFindings) findings.push({ code, message, place: { row: row + 1 } })
  }
  const expected = how.kind === 'regression' ? 'a finite number' : `one of ${how.classes.slice(0, 10).join(', ')}`
  actuals.forEach(({ associationId: id, actual }, row) => {
    if (!isUsableId(id)) {
      note(monitoringError('monitoring.associationId', { bytes: Buffer.byteLength(id), most: mostIdBytes }), row)
      return
    }
    const value = readActual(how, actual)
    const before = given.get(id)
    if (value === undefined)
      note(monitoringError('monitoring.actual', { id, found: JSON.stringify(actual).slice(0, 60), expected }), row)
    else if (before !== undefined && before !== value) note(monitoringError('monitoring.actualTwice', { id }), row)
    else given.set(id, value)
  })
  if (wrong > 0) throw monitoringError('monitoring.actuals', { count: wrong }, { findings })
  return [...given].map(([id, value]) => ({ id, value }))
}

const readActual = (how: Measured, value: Cell): string | undefined => {
  if (value === null) return undefined
  if (how.kind === 'classes') {
    const label = canonicalLabel(value)
    return how.classes.includes(label) ? label : undefined
  }
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  return typeof value !== 'boolean' && Number.isFinite(number) ? String(number) : undefined
}
