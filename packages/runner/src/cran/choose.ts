import { runnerError } from '../errors.ts'
import type { RInstallation } from '../r.ts'
import { compareVersions, isMet, type MirrorPackage, type Need, needText } from './packages-file.ts'

/**
 * The packages that must be built so that these can be used, each after what it needs. What R has stays where it is new enough; of what the
 * mirror has in several versions the newest is taken that this R can run.
 */
export const choosePackages = (
  names: readonly string[],
  offered: readonly MirrorPackage[],
  r: RInstallation,
): MirrorPackage[] => {
  const there = new Map(r.packages.map(({ name, version }) => [name, version]))
  const byName = Map.groupBy(offered, ({ name }) => name)
  const chosen = new Map<string, MirrorPackage>()
  const absent = new Set<string>()
  const unfit: string[] = []
  const ordered: MirrorPackage[] = []

  const fits = ({ needs }: MirrorPackage): boolean => needs.every((each) => each.name !== 'R' || isMet(each, r.version))
  const newest = (wanted: Need, neededBy: string | undefined): MirrorPackage | undefined => {
    const versions = (byName.get(wanted.name) ?? []).toSorted((a, b) => compareVersions(b.version, a.version))
    const found = versions.find((each) => isMet(wanted, each.version) && fits(each))
    if (found !== undefined) return found
    const [best] = versions
    const asked = neededBy === undefined ? needText(wanted) : `${needText(wanted)}, which ${neededBy} needs`
    if (best === undefined) absent.add(asked)
    else if (!fits(best)) unfit.push(`${best.name} ${best.version} needs ${rNeedOf(best)}, and there is R ${r.version}`)
    else unfit.push(`${asked}: the mirror has ${best.version}`)
    return undefined
  }
  const take = (wanted: Need, neededBy: string | undefined): void => {
    const known = chosen.get(wanted.name)
    if (known !== undefined) {
      if (!isMet(wanted, known.version))
        unfit.push(`${neededBy} needs ${needText(wanted)}, and ${known.version} is what fits the others`)
      return
    }
    const found = newest(wanted, neededBy)
    if (found === undefined) return
    chosen.set(found.name, found)
    for (const each of found.needs) {
      const own = there.get(each.name)
      if (each.name !== 'R' && (own === undefined || !isMet(each, own))) take(each, `${found.name} ${found.version}`)
    }
    ordered.push(found)
  }
  for (const name of names) take({ name }, undefined)
  if (absent.size > 0) throw runnerError('requirements.notInMirror', { packages: [...absent] })
  if (unfit.length > 0) throw runnerError('requirements.conflict', { conflict: unfit })
  return ordered
}

const rNeedOf = ({ needs }: MirrorPackage): string =>
  needs
    .filter(({ name }) => name === 'R')
    .map(needText)
    .join(' and ')
