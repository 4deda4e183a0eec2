import type { ModelInput, Row } from '@modelsmith/scoring'
import { createPieceReader, csvHead, lastRecordEnd } from '@modelsmith/table'
import { cliError } from '../../errors.ts'
import { givenColumns } from '../native/cells.ts'
import { openInput } from '../native/input-file.ts'
import { planColumns } from '../native/plan.ts'

const mostRows = 20

/** The first rows of a CSV file, as rows of the module. */
export const testRowsOf = async (
  path: string,
  input: ModelInput,
  order: readonly string[],
): Promise<readonly Row[]> => {
  const file = await openInput(path)
  try {
    const delimiter = file.dialect.delimiter.charCodeAt(0)
    const head = csvHead(file.start, delimiter, file.isShort)
    if (head === undefined) throw cliError('cli.input', { path, problem: 'its header is too long.' })
    const isNamed = head.names.length > 0 && order.every((name) => head.names.includes(name))
    const plan = planColumns(input, head.names, delimiter, { path, keep: [], order: isNamed ? order : [] })
    const rest = file.start.subarray(head.end)
    const end = file.isShort ? rest.length : lastRecordEnd(rest, rest.length)
    const piece = createPieceReader(plan.csv)(rest.subarray(0, end))
    const [first] = piece.findings
    if (first !== undefined) throw cliError('cli.input', { path, problem: first.message }, { findings: piece.findings })
    const given = givenColumns(input, plan, piece)
    return Array.from({ length: Math.min(mostRows, piece.rows) }, (_, row): Row => {
      const cells = given.map((column) => {
        const cell = column[row] ?? null
        return typeof cell === 'number' && Number.isNaN(cell) ? null : cell
      })
      if (input.shape !== 'mappings') return cells
      return Object.fromEntries(plan.names.flatMap((name, at) => (cells[at] === null ? [] : [[name, cells[at]]])))
    })
  } finally {
    await file.close()
  }
}
