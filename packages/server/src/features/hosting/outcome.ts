import type { Application, HostedModel, PublishConfiguration } from '@modelsmith/api'
import type { Outcome } from '@modelsmith/serving'

type Given = Pick<Outcome, 'withoutProbabilities' | 'only'>

/** What of the answers is given. */
export const givenBy = ({
  probabilities,
  outputs,
}: Pick<PublishConfiguration, 'probabilities' | 'outputs'>): Given => ({
  ...(probabilities ? {} : { withoutProbabilities: true as const }),
  ...(outputs === null ? {} : { only: outputs }),
})

/** How what a model answers is to be written. */
export const outcomeOf = (
  { answer, targetType, classes }: HostedModel,
  { passThrough }: Pick<Application, 'passThrough'>,
  isCoded = false,
): Outcome => ({
  targetType,
  classes,
  ...(answer === 'label' ? { labels: 'alone' as const } : {}),
  // The hook of code gives probabilities, and the label is of the highest.
  ...(answer === 'labelWithProbabilities' && !isCoded ? { labels: 'with probabilities' as const } : {}),
  ...(answer === 'outputs' ? { outputs: true as const } : {}),
  ...(passThrough.length === 0 ? {} : { passedThrough: passThrough.length }),
})
