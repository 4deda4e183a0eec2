import type { DeploymentReport } from '@modelsmith/api'

/** Text that somebody wrote, as text: nothing in it makes a heading, a link, a row or HTML. */
const plain = (text: string | number | null | undefined): string =>
  text === null || text === undefined
    ? '–'
    : String(text)
        .replace(/\s+/g, ' ')
        .trim()
        .replace(/[\\`*_{}[\]<>()#+\-!|~&]/g, (mark) => `\\${mark}`)

/** A number that is ours: its sign and point are not marks. */
const number = (value: number | null): string => (value === null ? '–' : String(Number(value.toPrecision(4))))

const table = (names: readonly string[], rows: readonly (readonly string[])[], empty: string): string[] =>
  rows.length === 0
    ? [empty, '']
    : [
        `| ${names.join(' | ')} |`,
        `| ${names.map(() => '---').join(' | ')} |`,
        ...rows.map((row) => `| ${row.join(' | ')} |`),
        '',
      ]

/** The report as a document for people; the JSON has all of it. */
export const markdownOf = (report: DeploymentReport): string => {
  const { deployment, health, drift, accuracy } = report
  return `${[
    `# Deployment report: ${plain(deployment.name)}`,
    '',
    `Made ${report.createdAt} for ${plain(report.createdFor.name)}, over ${health.from} to ${health.to}.`,
    '',
    '## What answers',
    '',
    ...answering(report),
    '## Lineage',
    '',
    ...lineage(report),
    '## Change requests',
    '',
    ...changeRequests(report),
    '## History',
    '',
    ...history(report),
    '## Health',
    '',
    `${health.requests} requests with ${health.rows} rows; ${health.errors} errors.`,
    '',
    ...table(
      ['Latency', 'Milliseconds'],
      health.requests === 0
        ? []
        : (['p50', 'p90', 'p95', 'p99'] as const).map((name) => [name, number(health.latency[name])]),
      'Nobody asked in this time.',
    ),
    ...table(
      ['Error', 'Requests'],
      health.errorCodes.map(({ code, requests }) => [plain(code), String(requests)]),
      'There was no error.',
    ),
    '## Drift',
    '',
    drift.baseline === null
      ? 'There is no baseline to compare with.'
      : `${drift.rows} rows of the release of now against ${drift.baseline.rows ?? 'no'} rows of its baseline.`,
    '',
    ...table(
      ['Feature', 'Role', 'Population stability index', 'Missing'],
      drift.features.map(({ name, role, psi, quality }) => [plain(name), role, number(psi), String(quality.missing)]),
      'No feature is compared.',
    ),
    '## Accuracy',
    '',
    ...table(
      ['Release', 'Predictions with an id', 'Actual values', 'Scores'],
      accuracy.releases.map(({ number: release, predictions, actuals, scores }) => [
        String(release),
        String(predictions),
        String(actuals),
        Object.entries(scores)
          .map(([name, score]) => `${plain(name)} ${number(score)}`)
          .join(', ') || '–',
      ]),
      'No prediction of this time has an actual value.',
    ),
  ].join('\n')}`
}

const answering = ({ deployment, owners }: DeploymentReport): string[] => {
  const { release, needsApproval, inputs, pause, problem } = deployment
  return table(
    ['What', 'Value'],
    [
      ['State', deployment.state],
      ...(problem === null ? [] : [['Problem', plain(problem)]]),
      ...(pause === null ? [] : [['Paused', `by ${plain(pause.by.name)}, ${pause.at}: ${plain(pause.reason)}`]]),
      ['Id', deployment.id],
      ['Description', plain(deployment.description === '' ? null : deployment.description)],
      ['Owners', owners.map(({ name }) => plain(name)).join(', ')],
      ['Importance', deployment.importance],
      ['Needs a second person', needsApproval.length === 0 ? 'nothing' : needsApproval.join(', ')],
      ['Release', `${release.number}, since ${release.createdAt}`],
      ['Model', `${plain(deployment.modelName)}, ${release.modelId}`],
      ['Updates', deployment.updates],
      ['Target', `${plain(deployment.target)}, ${deployment.targetType}`],
      ['Classes', deployment.classes.map(plain).join(', ') || '–'],
      ['Inputs', inputs.map(({ name, type }) => `${plain(name)}: ${type}`).join(', ')],
      ['Association column', plain(deployment.associationColumn)],
      ['Fallback', plain(deployment.fallback?.name ?? null)],
      ['Address', deployment.address],
    ],
    '',
  )
}

const lineage = ({ lineage: items }: DeploymentReport): string[] =>
  table(
    ['What', 'Name', 'Version', 'Id', 'SHA-256', 'More'],
    items.map(({ what, name, version, id, sha256, facts }) => [
      what,
      name === null ? 'not shown to this reader' : plain(name),
      plain(version),
      id ?? '–',
      sha256 ?? '–',
      facts.map((fact) => `${fact.name}: ${plain(fact.value)}`).join('; ') || '–',
    ]),
    'Nothing is known of it.',
  )

const changeRequests = ({ changeRequests: asked }: DeploymentReport): string[] =>
  table(
    ['Asked', 'By', 'What', 'Why', 'State', 'Decided'],
    asked.map(
      ({ createdAt, askedBy, action, differences, reason, state, decidedBy, decidedAt, decisionReason, problem }) => [
        createdAt,
        plain(askedBy.name),
        [action, ...differences.map(({ what, before, after }) => `${what}: ${plain(before)} → ${plain(after)}`)].join(
          '; ',
        ),
        plain(reason),
        state,
        decidedBy === null
          ? '–'
          : [`${plain(decidedBy.name)}, ${decidedAt}`, decisionReason, problem?.message]
              .filter((each) => each !== null && each !== undefined)
              .map((each, at) => (at === 0 ? each : plain(each)))
              .join(': '),
      ],
    ),
    'Nothing was asked for.',
  )

const history = ({ history: events }: DeploymentReport): string[] =>
  table(
    ['When', 'What', 'Who', 'From release', 'To release', 'Why'],
    events.map(({ at, kind, by, approvedBy, from, to, reason }) => [
      at,
      kind,
      `${plain(by?.name ?? 'the platform')}${approvedBy === null ? '' : `, approved by ${plain(approvedBy.name)}`}`,
      from === null ? '–' : `${from.number}, ${plain(from.modelName)}`,
      to === null ? '–' : `${to.number}, ${plain(to.modelName)}`,
      plain(reason),
    ]),
    'Nothing has happened yet.',
  )
