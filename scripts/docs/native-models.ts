import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { registry } from '../../packages/scoring/src/build/registry.ts'
import { sparkClasses } from '../../packages/scoring/src/spark/registry.ts'

type FixtureMeta = {
  readonly class: string
  readonly pickle_globals?: readonly string[]
  readonly versions?: Readonly<Record<string, string>>
}
type ClassRow = {
  readonly name: string
  readonly modules: readonly string[]
  readonly reason: string | undefined
  readonly versions: readonly string[]
}

const libraries: Readonly<Record<string, readonly [name: string, key: string]>> = {
  sklearn: ['scikit-learn', 'sklearn'],
  lightgbm: ['LightGBM', 'lightgbm'],
  xgboost: ['XGBoost', 'xgboost'],
  catboost: ['CatBoost', 'catboost'],
}

/** Versions of its library with which fixtures prove each name, by `module Class`. */
const provenVersions = (fixtures: string): ReadonlyMap<string, ReadonlySet<string>> => {
  const proven = new Map<string, Set<string>>()
  for (const set of readdirSync(fixtures))
    for (const name of readdirSync(join(fixtures, set))) {
      const text = readFileSync(join(fixtures, set, name, 'meta.json'), 'utf8')
      const { class: className, pickle_globals: globals = [className], versions = {} } = JSON.parse(text) as FixtureMeta
      for (const global of globals) {
        const version = versions['spark'] ?? versions[libraries[global.split('.')[0] ?? '']?.[1] ?? '']
        if (version !== undefined) proven.set(global, (proven.get(global) ?? new Set()).add(version))
      }
    }
  return proven
}

const byVersion = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })

/**
 * Stages by versions of Spark: an `x` where what the version saved was scored as it scored it, by a fixture or by a case of
 * conformance/spark-versions.
 */
const sparkTable = (proven: ReadonlyMap<string, ReadonlySet<string>>, cases: string): string => {
  const found = new Map([...sparkClasses.keys()].map((name) => [name, new Set(proven.get(name))]))
  for (const line of readFileSync(cases, 'utf8').trimEnd().split('\n')) {
    const [name = '', versions = ''] = line.split('\t')
    for (const version of versions.split(' ')) found.get(name)?.add(version)
  }
  const versions = [...new Set([...found.values()].flatMap((own) => [...own]))].toSorted(byVersion)
  return [
    `## Spark MLlib\n\n${sparkClasses.size} classes are read and scored, from a zip of the folder that their \`save()\` wrote. An x: what this version`,
    'saved, by itself or within a pipeline, was scored as Spark scored it (`conformance/spark-versions`).\n',
    `| class | ${versions.join(' | ')} |\n|---|${versions.map(() => '---|').join('')}`,
    ...[...found]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, own]) => `| ${name} | ${versions.map((version) => (own.has(version) ? 'x' : '')).join(' | ')} |`),
    '',
  ].join('\n')
}

/** Which classes are read natively, from the registry and the fixtures that prove it. */
export const nativeModels = (fixtures: string, sparkCases: string): string => {
  const proven = provenVersions(fixtures)
  const rows = new Map<string, ClassRow>()
  for (const [key, entry] of registry) {
    const [module = '', name = ''] = key.split(' ')
    const id = `${module.split('.')[0]} ${name}`
    const before = rows.get(id)
    const versions = new Set([...(before?.versions ?? []), ...(proven.get(key) ?? [])])
    rows.set(id, {
      name,
      modules: [...(before?.modules ?? []), module],
      reason: 'unsupported' in entry ? entry.unsupported : undefined,
      versions: [...versions].sort(byVersion),
    })
  }
  const all = [...rows].sort(([a], [b]) => a.localeCompare(b, 'en')).map(([, row]) => row)
  const sections = Object.entries(libraries).map(([root, [title]]) => {
    const own = all.filter(({ modules }) => modules[0]?.split('.')[0] === root)
    const built = own.filter(({ reason }) => reason === undefined)
    const left = own.filter(({ reason }) => reason !== undefined)
    return [
      `## ${title}\n\n${built.length} classes are read and scored${left.length === 0 ? '' : `; ${left.length} are known and are not`}.\n`,
      '| class | fixtures of versions | modules |\n|---|---|---|',
      ...built.map(({ name, versions, modules }) => `| ${name} | ${versions.join(', ')} | ${modules.join(', ')} |`),
      ...(left.length === 0
        ? []
        : [
            '\n| not scored | why |\n|---|---|',
            ...left.map(({ name, reason }) => `| ${name} | ${reason?.replaceAll('|', '\\|')} |`),
          ]),
      '',
    ].join('\n')
  })
  return `# Native models

Made by \`npm run docs\` from the registry of \`packages/scoring\` and from the fixtures: real files with real predictions, which our own
equal (\`npm run conformance -- fixtures/sklearn-0.21.3\`). A class without a version has no fixture in the repository yet. A file of
a class that is not named, or of one that is not scored, is refused by its name.

${[...sections, sparkTable(proven, sparkCases)].join('\n')}`
}
