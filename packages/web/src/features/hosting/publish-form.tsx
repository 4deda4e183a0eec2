import { Checkbox, MultiSelect, NumberInput, Radio, SimpleGrid, Stack } from '@mantine/core'
import type { Experiment, PublishConfiguration } from '@modelsmith/api'
import { publishLimits, usualConfiguration } from '@modelsmith/domain'

export type PublishDraft = Omit<PublishConfiguration, 'timeoutSeconds' | 'rowsPerRequest'> & {
  readonly timeoutSeconds: number | string
  readonly rowsPerRequest: number | string
}
export const usualDraft: PublishDraft = usualConfiguration

/** As it is sent: a field that is left empty is as usual. */
export const configurationIn = ({
  timeoutSeconds,
  rowsPerRequest,
  ...others
}: PublishDraft): Partial<PublishConfiguration> => ({
  ...others,
  ...(typeof timeoutSeconds === 'number' ? { timeoutSeconds } : {}),
  ...(typeof rowsPerRequest === 'number' ? { rowsPerRequest } : {}),
})

type PublishFormProps = {
  readonly experiment: Experiment
  readonly draft: PublishDraft
  readonly onDraft: (draft: PublishDraft) => void
}

/** What the release answers, within what, and whether deployments follow it. */
export const PublishForm = ({ experiment, draft, onDraft }: PublishFormProps) => {
  const { model, application } = experiment
  const set = (part: Partial<PublishDraft>) => onDraft({ ...draft, ...part })
  const outputs = model?.answer === 'outputs' ? model.outputs.map(({ name }) => name) : []
  const fields = application.passThrough.map(({ field }) => field)
  // All of them is the same as no choice.
  const chosen = (names: string[], all: readonly string[]) => (names.length === all.length ? null : names)
  return (
    <Stack>
      {model?.answer === 'labelWithProbabilities' ? (
        <Checkbox
          label="Answer with the probability of each class"
          checked={draft.probabilities}
          onChange={(event) => set({ probabilities: event.currentTarget.checked })}
        />
      ) : null}
      {outputs.length > 1 ? (
        <MultiSelect
          label="Outputs to answer"
          data={outputs}
          value={draft.outputs ?? outputs}
          onChange={(names) => set({ outputs: names.length === 0 ? null : chosen(names, outputs) })}
          searchable
        />
      ) : null}
      {fields.length > 0 ? (
        <MultiSelect
          label="Fields to pass through"
          description="Rows with a field that is not passed through are refused"
          data={fields}
          value={draft.passThrough ?? fields}
          onChange={(names) => set({ passThrough: chosen(names, fields) })}
          searchable
        />
      ) : null}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NumberInput
          label="Seconds for a request"
          min={1}
          max={publishLimits.timeoutSeconds}
          allowDecimal={false}
          value={draft.timeoutSeconds}
          onChange={(timeoutSeconds) => set({ timeoutSeconds })}
        />
        <NumberInput
          label="Rows in a request"
          min={1}
          max={publishLimits.rowsPerRequest}
          allowDecimal={false}
          value={draft.rowsPerRequest}
          onChange={(rowsPerRequest) => set({ rowsPerRequest })}
        />
      </SimpleGrid>
      <Radio.Group
        label="Deployments that follow this model"
        value={draft.updatePolicy}
        onChange={(policy) => set({ updatePolicy: policy === 'manual' ? 'manual' : 'automatic' })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="automatic" label="Move to the release at once, where their clients would not notice" />
          <Radio value="manual" label="Stay, and say that there is a newer one" />
        </Stack>
      </Radio.Group>
    </Stack>
  )
}
