import { Group, NumberInput, Select } from '@mantine/core'
import type { Project } from '@modelsmith/api'

/** How something is trained, beside what. */
export type TrainingChoice = { readonly featureList?: string; readonly sample: number | string }

export const wholeProject: TrainingChoice = { sample: 100 }

/** What is sent of it. */
export const optionsOf = ({ featureList, sample }: TrainingChoice) => ({
  ...(featureList === undefined ? {} : { featureList }),
  ...(Number(sample) < 100 ? { sampleSize: Number(sample) / 100 } : {}),
})

const all = 'All features'

type TrainingOptionsProps = {
  readonly project: Project
  readonly choice: TrainingChoice
  readonly onChange: (choice: TrainingChoice) => void
}

/** On which columns, and on what share of the rows. */
export const TrainingOptions = ({ project, choice, onChange }: TrainingOptionsProps) => (
  <Group grow align="start" maw={560}>
    <Select
      label="Feature list"
      data={[all, ...project.featureLists.map(({ name }) => name)]}
      value={choice.featureList ?? all}
      allowDeselect={false}
      onChange={(name) => {
        const { featureList: _, ...others } = choice
        onChange(name === null || name === all ? others : { ...others, featureList: name })
      }}
    />
    <NumberInput
      label="Sample size, %"
      description="Of the training rows of each part"
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      min={1}
      max={100}
      value={choice.sample}
      onChange={(sample) => onChange({ ...choice, sample })}
    />
  </Group>
)
