import { Checkbox, List, Select, Stack, Text } from '@mantine/core'
import type { Deployment, ReplacementCheck } from '@modelsmith/api'
import { type ReactNode, useState } from 'react'
import { useCall } from '../../app/client.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'

type Choice = { readonly modelId: string } | { readonly modelReleaseId: string }

type Replacement = {
  /** Whether it may answer, and what clients would notice is accepted. */
  readonly isReady: boolean
  readonly accepted: boolean
  /** What clients would notice, to be accepted. */
  readonly noticed: ReactNode
  /** For another choice: nothing of it is accepted yet. */
  readonly forget: () => void
}

/** What clients would notice of a model in the place of the one that answers. */
export const useReplacement = (deployment: string, choice: Choice | undefined): Replacement => {
  const [accepted, setAccepted] = useState(false)
  const check = useCall(
    'checkReplacement',
    { params: { id: deployment }, query: choice ?? {} },
    { enabled: choice !== undefined },
  )
  const found = check.data
  return {
    isReady: choice !== undefined && found !== undefined && !found.refused && (found.changes.length === 0 || accepted),
    accepted,
    noticed: (
      <>
        {check.error === null || choice === undefined ? null : <ErrorPanel error={check.error} />}
        {found === undefined ? null : <Noticed check={found} accepted={accepted} onAccept={setAccepted} />}
      </>
    ),
    forget: () => setAccepted(false),
  }
}

type ModelChoice = Pick<Replacement, 'isReady' | 'accepted'> & {
  readonly choice: Choice
  readonly field: ReactNode
}

/** Another model for the same question: a list of those that there are, and what clients would notice of the one that is chosen. */
export const useModelChoice = (deployment: Deployment, initial?: string): ModelChoice => {
  const { id, release, target, targetType } = deployment
  const hostedIn = release.registeredModelId
  const models = useCall('listModels', { query: { limit: 200 } }, { enabled: hostedIn === null })
  const releases = useCall(
    'listModelReleases',
    { params: { id: hostedIn ?? '' }, query: { limit: 200 } },
    { enabled: hostedIn !== null },
  )
  const [chosen, setChosen] = useState<string | null>(initial ?? null)
  const choice = hostedIn === null ? { modelId: chosen ?? '' } : { modelReleaseId: chosen ?? '' }
  const { isReady, accepted, noticed, forget } = useReplacement(id, chosen === null ? undefined : choice)
  const fitting =
    hostedIn === null
      ? (models.data?.items ?? [])
          // Which rows are labelled as anomalies, a served model does not tell.
          .filter((model) => model.targetType === targetType && (targetType === 'anomaly' || model.target === target))
          .map((model) => ({ value: model.id, label: model.name }))
      : (releases.data?.items ?? [])
          .filter(({ number }) => number !== null)
          .map(({ id: value, number, algorithm }) => ({ value, label: `Release ${number}, ${algorithm}` }))
  const others = fitting.filter(({ value }) => value !== release.modelId)
  const noOther =
    hostedIn === null
      ? `No other model ${targetType === 'anomaly' ? 'finds anomalies' : `predicts ${target}`}`
      : 'There is no other release'
  return {
    choice,
    isReady,
    accepted,
    field: (
      <>
        <Select
          label="Model"
          placeholder={others.length === 0 ? noOther : 'Choose a model'}
          data={others}
          value={chosen}
          onChange={(value) => {
            setChosen(value)
            forget()
          }}
          searchable
          data-autofocus
        />
        {noticed}
      </>
    ),
  }
}

/** What clients would notice, to be accepted where that is possible. */
const Noticed = ({
  check: { changes, refused },
  accepted,
  onAccept,
}: {
  readonly check: ReplacementCheck
  readonly accepted: boolean
  readonly onAccept: (accepted: boolean) => void
}) => {
  if (changes.length === 0) return <Text size="sm">It takes the same fields and answers alike.</Text>
  return (
    <Stack gap="xs" role="status">
      <Text size="sm" fw={600}>
        {refused ? 'It cannot answer for this deployment:' : 'Clients would notice it:'}
      </Text>
      <List size="sm">
        {changes.slice(0, 50).map(({ message }) => (
          <List.Item key={message}>{message}</List.Item>
        ))}
      </List>
      {changes.length > 50 ? <Text size="sm">And {changes.length - 50} more.</Text> : null}
      {refused ? null : (
        <Checkbox
          label="Clients are ready for this"
          checked={accepted}
          onChange={(event) => onAccept(event.currentTarget.checked)}
        />
      )}
    </Stack>
  )
}
