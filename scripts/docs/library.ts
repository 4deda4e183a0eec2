import type { Hyperparameter } from '../../packages/domain/src/contract/schema.ts'
import { libraryId, readLibrary } from '../../packages/engine/src/library.ts'
import type { LibraryEntry } from '../../packages/engine/src/library-entry.ts'

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** The order in which a blueprint would use them; groups that are not named come last. */
const groups = [
  'Missing values',
  'Categories',
  'Text',
  'Dates',
  'Scaling',
  'Numeric features',
  'Feature selection',
  'Decomposition',
  'Cluster features',
  'Baseline',
  'Linear models',
  'Discriminant analysis',
  'Naive Bayes',
  'Neighbours',
  'Kernel methods',
  'Trees',
  'Boosting',
  'Neural networks',
  'Stacking and calibration',
  'Anomaly detection',
]

const valuesOf = (parameter: Hyperparameter): string => {
  switch (parameter.type) {
    case 'int':
    case 'float':
      return `${parameter.type === 'int' ? 'whole number' : 'number'} from ${parameter.min ?? '-∞'} to ${parameter.max ?? '∞'}`
    case 'select':
      return parameter.values.map((value) => `\`${value}\``).join(', ')
    case 'boolean':
      return 'yes or no'
    default:
      return parameter.type
  }
}

const wrapped = ({ wraps }: LibraryEntry): string =>
  [...new Set(typeof wraps === 'string' ? [wraps] : Object.values(wraps))].map((path) => `\`${path}\``).join(', ')

const takes = ({ typeSchema, weights = false, targetTypes }: LibraryEntry): string => {
  const rules = typeSchema.input_requirements ?? []
  const valueOf = (field: string) => rules.find((rule) => rule.field === field)?.value
  return [
    [valueOf('data_types') ?? []].flat().join(', '),
    valueOf('contains_missing') === 'SUPPORTED' ? 'missing values' : 'no missing values',
    ...(valueOf('sparse') === 'SUPPORTED' ? ['sparse data'] : []),
    ...(weights ? ['row weights'] : targetTypes.includes('transform') ? [] : ['no row weights']),
  ].join('; ')
}

const sectionOf = (entry: LibraryEntry): readonly string[] => [
  `### ${entry.title}`,
  '',
  entry.description,
  '',
  `\`${libraryId(entry)}\` · ${entry.targetTypes.join(', ')} · takes ${takes(entry)} · ${wrapped(entry)} in \`${entry.environment}\``,
  '',
  ...(entry.hyperparameters.length === 0
    ? []
    : [
        row('parameter', 'name', 'values', 'default', 'what'),
        row('---', '---', '---', '---', '---'),
        ...entry.hyperparameters.map((parameter) =>
          row(
            parameter.title ?? '',
            `\`${parameter.name}\``,
            valuesOf(parameter),
            parameter.default === undefined ? '' : `\`${parameter.default}\``,
            parameter.description ?? '',
          ),
        ),
        '',
      ]),
  `${entry.citation}.`,
  '',
]

/** `docs/reference/library.md`: the built-in tasks as their entries have them. */
export const libraryReference = async (): Promise<string> => {
  const entries = await readLibrary()
  const place = ({ group }: LibraryEntry): number => {
    const known = groups.indexOf(group)
    return known < 0 ? groups.length : known
  }
  const sorted = entries.toSorted((a, b) => place(a) - place(b) || a.title.localeCompare(b.title))
  const byGroup = Map.groupBy(sorted, ({ group }) => group)
  return `${[
    '# The library',
    '',
    `${entries.length} built-in tasks, each one file in \`library\` and its case in \`conformance/library/cases\`: a blueprint with it on a real table, whose`,
    'predictions `conformance/library` compares with those of the same pipeline in plain Python. They keep the same contract as custom',
    'tasks. `modelsmith library list` and `modelsmith library show --name NAME` show them too.',
    '',
    ...[...byGroup].flatMap(([group, members]) => [`## ${group}`, '', ...members.flatMap(sectionOf)]),
  ]
    .join('\n')
    .trimEnd()}\n`
}
