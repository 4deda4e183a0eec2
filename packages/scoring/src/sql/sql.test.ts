import { describe, expect, it } from 'vitest'
import type { Named, NamedColumn } from '../data/named.ts'
import { compileSelectedColumns } from '../stages/selected-columns.ts'

const columns: Readonly<Record<string, NamedColumn>> = {
  d: {
    kind: 'numbers',
    values: Float64Array.of(2.5, Number.NaN, -3, 0),
    isNull: Uint8Array.of(0, 0, 0, 1),
  },
  n: { kind: 'numbers', values: Float64Array.of(2, 0, -7, 2 ** 31 - 1), type: 'int' },
  b: { kind: 'numbers', values: Float64Array.of(1, 0, 1, 0), type: 'boolean' },
  s: { kind: 'texts', values: ['low', 'Σοφός ', null, 'a_b'] },
  v: { kind: 'vectors', values: { kind: 'dense', rows: 4, columns: 1, values: new Float64Array(4) } },
}
const rows: Named = { kind: 'named', rows: 4, columns: new Map(Object.entries(columns)) }

const select = (statement: string, version = 3): Named =>
  compileSelectedColumns({ kind: 'selectedColumns', statement, version }, 'SQLTransformer')(rows)

/** The cells of one expression, null where it is null. */
const cells = (expression: string, version?: number): readonly unknown[] => {
  const column = select(`SELECT ${expression} AS x FROM __THIS__`, version).columns.get('x')
  if (column?.kind === 'texts') return column.values
  if (column?.kind !== 'numbers') throw new Error('No column of cells.')
  return Array.from(column.values, (value, row) => (column.isNull?.[row] === 1 ? null : value))
}

describe('expressions', () => {
  // What Spark 3.5 answers.
  it.each([
    ['d + n * 2', [6.5, Number.NaN, -17, null]],
    ['n / 0', [null, null, null, null]],
    ['n % 2', [0, 0, -1, 1]],
    ['-n', [-2, 0, 7, -(2 ** 31 - 1)]],
    ['log(d)', [Math.log(2.5), Number.NaN, null, null]],
    ['floor(d)', [2, 0, -3, null]],
    ['round(d)', [3, Number.NaN, -3, null]],
    ["CASE WHEN s = 'low' THEN 1.0 ELSE 0.0 END", [1, 0, 0, 0]],
    ["CASE n WHEN 2 THEN 'two' END", ['two', null, null, null]],
    ['d > 0 AND b', [1, 0, 0, 0]],
    ['d > 1e9', [0, 1, 0, null]],
    ['d IS NULL OR NOT b', [0, 1, 0, 1]],
    ['d <=> NULL', [0, 0, 0, 1]],
    ['n IN (2, NULL)', [1, null, null, null]],
    ['d NOT BETWEEN -3 AND 2.5', [0, 1, 0, null]],
    ["s LIKE '_o%'", [1, 0, null, 0]],
    ['s LIKE "a\u005f%"', [0, 0, null, 1]],
    ['coalesce(d, n, 0)', [2.5, Number.NaN, -3, 2 ** 31 - 1]],
    ['greatest(d, n)', [2.5, Number.NaN, -3, 2 ** 31 - 1]],
    ['nullif(n, 0)', [2, null, -7, 2 ** 31 - 1]],
    ["lower(trim(s)) || '!'", ['low!', 'σοφός!', null, 'a_b!']],
    ['length(s)', [3, 6, null, 3]],
    ['substring(s, 2, 2)', ['ow', 'οφ', null, '_b']],
    ['substr(s, -2)', ['ow', 'ς ', null, '_b']],
    ['substring(s, -4, 2)', ['l', 'φό', null, 'a']],
    ['substring(s, 0, 1)', ['l', 'Σ', null, 'a']],
    ['substring(s, 7)', ['', '', null, '']],
    ["replace(s, 'o', 'oo')", ['loow', 'Σοφός ', null, 'a_b']],
    ["replace(s, '_')", ['low', 'Σοφός ', null, 'ab']],
    ["replace(s, '', '$&')", ['low', 'Σοφός ', null, 'a_b']],
    ["rtrim(concat(' ', s))", [' low', ' Σοφός', null, ' a_b']],
    ['ltrim(s)', ['low', 'Σοφός ', null, 'a_b']],
    ['mod(n, 4)', [2, 0, -3, 3]],
    ['atan2(d, n)', [Math.atan2(2.5, 2), Number.NaN, Math.atan2(-3, -7), null]],
    ['CAST(d AS STRING)', ['2.5', 'NaN', '-3.0', null]],
    ['CAST(d AS INT)', [2, 0, -3, null]],
    ['CAST(s AS DOUBLE)', [null, null, null, null]],
    ['if(isnan(d), -1, N)', [2, -1, -7, 2 ** 31 - 1]],
  ])('%s', (expression, expected) => {
    expect(cells(expression).map((value) => (value === 0 ? 0 : value))).toEqual(expected)
  })
})

describe('a statement', () => {
  it('keeps, names and leaves out columns, and rows', () => {
    const result = select('SELECT *, t.`D` AS `a b` FROM __THIS__ AS t WHERE n < 1')
    expect([...result.columns.keys()]).toEqual(['d', 'n', 'b', 's', 'v', 'a b'])
    expect(result.rows).toBe(2)
    expect(result.columns.get('a b')).toMatchObject({ values: Float64Array.of(Number.NaN, -3) })
  })

  it.each([
    ["SELECT reflect('java.lang.System', 'exit', 0) AS x FROM __THIS__", 'the function reflect is not read'],
    ['SELECT constructor(1) AS x FROM __THIS__', 'the function constructor is not read'],
    ['SELECT * FROM range(10)', 'it selects from something else than __THIS__'],
    ['SELECT 1 AS x FROM __THIS__; DROP TABLE models', '"; DROP TABLE models" is not read'],
    ['SELECT d + 1 FROM __THIS__', 'a column that is computed has no name'],
    ['SELECT sum(d) AS x FROM __THIS__ GROUP BY n', '"GROUP" is not read here'],
    ['SELECT DISTINCT d FROM __THIS__', '"DISTINCT" stands where a name should'],
    ['SELECT d FROM __THIS__ -- all', 'comments are not read'],
    ['CREATE TABLE x AS SELECT * FROM __THIS__', '"CREATE" stands where SELECT should'],
    ['SELECT n * 0.5 AS x FROM __THIS__', 'arithmetic of decimal numbers is not read'],
    ['SELECT v + 1 AS x FROM __THIS__', '"v" is a column of vectors or lists'],
    ["SELECT n > '1' AS x FROM __THIS__", '> of int and text is not read'],
    ['SELECT *, n AS d FROM __THIS__', 'two columns are called "d"'],
    ['SELECT (SELECT 1) AS x FROM __THIS__', '"SELECT" stands where a name should'],
    [String.raw`SELECT '\n' AS x FROM __THIS__`, 'is not read'],
    ["SELECT 'a' 'b' AS x FROM __THIS__", 'two texts in a row are not read'],
    ['SELECT 1.5BD AS x FROM __THIS__', 'the number 1.5BD is not read'],
    ['SELECT CAST(n AS DECIMAL(2, 1)) AS x FROM __THIS__', '"(" stands where ) should'],
    ['SELECT CAST(n AS DATE) AS x FROM __THIS__', 'CAST of int as date is not read'],
    ['SELECT d FROM __THIS__ WHERE n', 'its condition is no truth value'],
    ['', 'its end stands where SELECT should'],
  ])('%s is refused', (statement, why) => {
    expect(() => select(statement)).toThrow(why)
  })

  it('names a column that the rows lack', () => {
    expect(() => select('SELECT missing FROM __THIS__')).toThrow('needs the column "missing"')
  })

  it('has limits', () => {
    expect(() => select(`SELECT ${'('.repeat(1_000)}1 AS x FROM __THIS__`)).toThrow('expressions within expressions')
    expect(() => select(`SELECT ${' '.repeat(200_000)}d FROM __THIS__`)).toThrow('characters of a statement')
  })
})

describe('what has no result', () => {
  it.each([
    ['n + 1', 3, 'SQLTransformer has no result for +: 2147483648 is no int.'],
    ['n / 0', 4, 'SQLTransformer has no result for a division: the divisor is zero.'],
    ['CAST(d AS INT)', 4, 'SQLTransformer has no result for CAST: NaN does not fit.'],
    ["CAST('1d' AS DOUBLE)", 3, 'SQLTransformer has no result for CAST: "1d" is no plain number.'],
  ])('%s in Spark %d', (expression, version, message) => {
    expect(() => cells(expression, version)).toThrow(message)
  })
})
