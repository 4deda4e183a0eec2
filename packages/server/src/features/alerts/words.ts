import type { NoticeRow } from './store.ts'

type Told = Pick<NoticeRow, 'name' | 'rule' | 'state' | 'value' | 'bound' | 'feature' | 'deployment_id' | 'person'>

const nouns: Readonly<Record<Told['rule'], string>> = {
  errorShare: 'share of errors',
  latency: '95th percentile of latency in milliseconds',
  drift: 'population stability index',
  accuracy: 'accuracy metric',
}

/** One line: a name cannot add headers to a letter. */
const line = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200)

export const subjectOf = ({ name, rule, state }: Told): string =>
  `${line(name)}: ${nouns[rule]} ${state === 'alerting' ? 'passed its limit' : 'is within its limit again'}`

export const textOf = (told: Told, address: string): string => {
  const { person, name, rule, value, bound, feature, deployment_id } = told
  const of = feature === null ? '' : ` of "${line(feature)}"`
  return [
    `Hello ${line(person ?? '')},`,
    '',
    `${subjectOf(told)}.`,
    '',
    `Deployment: ${line(name)}`,
    `Measured ${nouns[rule]}${of}: ${value}`,
    `Limit: ${bound}`,
    '',
    `${address}/deployments/${deployment_id}?tab=alerts`,
    '',
  ].join('\n')
}
