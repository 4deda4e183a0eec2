/** How versions of packages are ordered: by PEP 440 for Python, by the numbers in them for R. */
export type PackageLanguage = 'python' | 'r'

// PEP 440, appendix B, without the spellings that pip normalises away in what is installed.
const pattern =
  /^v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)(?:[-_.]?(?<stage>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<stageNumber>\d*))?(?:-(?<implicitPost>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?<post>\d*))?(?:[-_.]?dev[-_.]?(?<dev>\d*))?(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/i

const stages: Readonly<Record<string, number>> = { a: 0, alpha: 0, b: 1, beta: 1, c: 2, rc: 2, pre: 2, preview: 2 }

/** Numbers and texts of a version in the order in which they decide; numbers come behind texts, as in PEP 440's local parts. */
type Key = readonly (readonly (number | string)[])[]

const numberOf = (text: string | undefined): number => (text === undefined || text === '' ? 0 : Number(text))

const trimmed = (numbers: readonly number[]): readonly number[] => {
  const last = numbers.findLastIndex((each) => each !== 0)
  return numbers.slice(0, last + 1)
}

const pythonKey = (version: string): Key | undefined => {
  const parts = pattern.exec(version.trim())?.groups
  if (parts === undefined) return undefined
  const { epoch, release = '', stage, stageNumber, implicitPost, post, dev, local } = parts
  const isPost = implicitPost !== undefined || post !== undefined
  // 1.0.dev1 < 1.0a1.dev1 < 1.0a1 < 1.0 < 1.0.post1.dev1 < 1.0.post1
  const pre =
    stage !== undefined
      ? [stages[stage.toLowerCase()] ?? 2, numberOf(stageNumber)]
      : [!isPost && dev !== undefined ? -1 : 3]
  return [
    [numberOf(epoch)],
    trimmed(release.split('.').map(Number)),
    pre,
    [isPost ? numberOf(implicitPost ?? post) : -1],
    [dev === undefined ? Infinity : numberOf(dev)],
    local === undefined
      ? []
      : local
          .toLowerCase()
          .split(/[-_.]/)
          .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  ]
}

const rKey = (version: string): Key | undefined =>
  /^\d+(?:[.-]\d+)*$/.test(version.trim()) ? [version.trim().split(/[.-]/).map(Number)] : undefined

const comparePart = (a: number | string, b: number | string): number => {
  if (typeof a === 'string' || typeof b === 'string') {
    if (typeof a === typeof b) return a < b ? -1 : Number(a > b)
    return typeof a === 'string' ? -1 : 1
  }
  return a === b ? 0 : a < b ? -1 : 1
}

const compareParts = (a: readonly (number | string)[], b: readonly (number | string)[]): number => {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [one, other] = [a[at], b[at]]
    if (one === undefined) return -1
    if (other === undefined) return 1
    const order = comparePart(one, other)
    if (order !== 0) return order
  }
  return 0
}

/** Below zero where the first is older, above where it is newer, 0 where they are equal; undefined where one is no version. */
export const compareVersions = (a: string, b: string, language: PackageLanguage): number | undefined => {
  const keyOf = language === 'python' ? pythonKey : rKey
  const [one, other] = [keyOf(a), keyOf(b)]
  if (one === undefined || other === undefined) return undefined
  for (const [at, part] of one.entries()) {
    const order = compareParts(part, other[at] ?? [])
    if (order !== 0) return order
  }
  return 0
}

/** A version that is written as the language's own are. */
export const isVersion = (text: string, language: PackageLanguage): boolean =>
  compareVersions(text, text, language) === 0

/** PEP 503: one spelling of a name of a package of Python. Names of R's packages are as they are. */
export const packageName = (name: string, language: PackageLanguage): string =>
  language === 'python' ? name.toLowerCase().replace(/[-_.]+/g, '-') : name
