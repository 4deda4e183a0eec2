import { canonicalLabel } from '@modelsmith/table'

const reservedInR: ReadonlySet<string> = new Set(
  'if else repeat while function for next break TRUE FALSE NULL Inf NaN NA NA_integer_ NA_real_ NA_character_ in'.split(
    ' ',
  ),
)

/** What R's `make.names` makes of a column name: `1` becomes `X1`, `>50K` becomes `X.50K`, `TRUE` becomes `TRUE.`. */
const makeNames = (name: string): string => {
  if (reservedInR.has(name)) return `${name}.`
  const plain = name.replace(/[^\p{L}\p{N}._]/gu, '.')
  return /^(\p{L}|\.(?!\p{N}))/u.test(name) ? plain : `X${plain}`
}

/**
 * For each class the position of its column, or undefined where none fits. Labels match by canonical text;
 * names that R mangled are mapped back when exactly one class has that mangled name.
 */
export const matchClassColumns = (
  classes: readonly string[],
  names: readonly string[],
): readonly (number | undefined)[] => {
  const labels = classes.map((label) => canonicalLabel(label))
  const byLabel = new Map(names.map((name, index) => [canonicalLabel(name), index]))
  const exact = labels.map((label) => byLabel.get(label))
  const taken = new Set(exact)
  const mangled = classes.map(makeNames)
  return exact.map((found, index) => {
    const name = mangled[index]
    if (found !== undefined || name === undefined || mangled.filter((other) => other === name).length > 1) return found
    const candidate = names.indexOf(name)
    return candidate < 0 || taken.has(candidate) ? undefined : candidate
  })
}
