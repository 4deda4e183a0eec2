/** A package as `src/contrib/PACKAGES` of a CRAN-like mirror describes it. */
export type MirrorPackage = {
  readonly name: string
  readonly version: string
  /** What it cannot be installed without. */
  readonly needs: readonly Need[]
  /** The only hash that such a file has. */
  readonly md5: string | undefined
}

/** `Rcpp (>= 1.0.5)`; a need of `R` itself is one of them. */
export type Need = { readonly name: string; readonly operator?: string; readonly version?: string }

const need =
  /^(?<name>[A-Za-z][A-Za-z0-9.]*)\s*(?:\(\s*(?<operator>>=|<=|>|<|==|!=)\s*(?<version>[0-9][0-9.-]*)\s*\))?$/
const packageName = /^[A-Za-z][A-Za-z0-9.]*[A-Za-z0-9]$/
const packageVersion = /^[0-9]+(?:[.-][0-9]+)+$/

/** Reads the file: records of `Field: value`, where a line that begins with a space goes on with the value above. What has no usable name or version is left out. */
export const parsePackages = (text: string): MirrorPackage[] =>
  text
    .replaceAll('\r\n', '\n')
    .split(/\n\s*\n/)
    .flatMap((record) => {
      const fields = new Map(
        record
          .replace(/\n[ \t]+/g, ' ')
          .split('\n')
          .flatMap((line) => {
            const at = line.indexOf(':')
            return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()] as const]
          }),
      )
      const [name = '', version = ''] = [fields.get('Package'), fields.get('Version')]
      if (!packageName.test(name) || !packageVersion.test(version)) return []
      const needs = ['Depends', 'Imports', 'LinkingTo'].flatMap((field) => needsOf(fields.get(field) ?? ''))
      return [{ name, version, needs, md5: /^[0-9a-f]{32}$/.exec(fields.get('MD5sum') ?? '')?.[0] }]
    })

const needsOf = (text: string): Need[] =>
  text.split(',').flatMap((each) => {
    const { name, operator, version } = need.exec(each.trim())?.groups ?? {}
    if (name === undefined) return []
    return operator === undefined || version === undefined ? [{ name }] : [{ name, operator, version }]
  })

/** Less than, equal to or more than 0, as R compares versions: number by number. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [a, b].map((each) => each.split(/[.-]/).map(Number)) as [number[], number[]]
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? -1) - (right[at] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

export const isMet = ({ operator, version }: Need, there: string): boolean => {
  if (operator === undefined || version === undefined) return true
  const order = compareVersions(there, version)
  const holds: Record<string, boolean> = {
    '>=': order >= 0,
    '<=': order <= 0,
    '>': order > 0,
    '<': order < 0,
    '==': order === 0,
    '!=': order !== 0,
  }
  return holds[operator] === true
}

export const needText = ({ name, operator, version }: Need): string =>
  operator === undefined ? name : `${name} (${operator} ${version})`
