import { Button, Chip, Group, InputWrapper, SegmentedControl, Stack, Text } from '@mantine/core'
import type { TaskUploaded } from '@modelsmith/api'
import { check, environmentOf, starterTypes, TaskMetadata, type TaskType } from '@modelsmith/domain'
import { type FormEvent, useState } from 'react'
import { client } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { EnvironmentField } from './environment-field.tsx'
import { MetadataFields } from './metadata-fields.tsx'

type Language = 'python' | 'r'

const { description: targetTypeWords = '' } = TaskMetadata.properties.targetType as { readonly description?: string }

/** A new task from its metadata: the smallest code of its kind, to write into. */
export const FromScratch = ({ onMade }: { readonly onMade: (made: TaskUploaded) => Promise<void> }) => {
  const [language, setLanguage] = useState<Language>('python')
  const [types, setTypes] = useState<readonly TaskType[]>(['binary'])
  const [values, setValues] = useState<Readonly<Record<string, unknown>>>({})
  const action = useAction()
  const [first = 'binary'] = types
  const metadata = { ...values, targetType: types.length === 1 ? first : types }
  const findings = check(TaskMetadata, metadata)
  const environment = typeof values['environment'] === 'string' ? values['environment'] : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run(async () => {
      const template = `starter:${language}:${first}`
      await onMade(await client.call('createTask', { body: { template, metadata: metadata as TaskMetadata } }))
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack maw={560}>
        <MetadataFields keys={['name', 'description']} values={values} onChange={setValues} />
        <InputWrapper label="Language" labelElement="div">
          <div>
            <SegmentedControl
              aria-label="Language"
              data={[
                { value: 'python', label: 'Python' },
                { value: 'r', label: 'R' },
              ]}
              value={language}
              onChange={(chosen) => {
                setLanguage(chosen as Language)
                setTypes((before) => before.filter((type) => isWritten(type, chosen as Language)))
                setValues(({ environment: _, ...rest }) => rest)
              }}
            />
          </div>
        </InputWrapper>
        <InputWrapper
          label="Target types"
          labelElement="div"
          description={`${targetTypeWords.replaceAll('`', '')}. The code begins with the first.`}
        >
          <Chip.Group multiple value={[...types]} onChange={(chosen) => setTypes(ordered(types, chosen as TaskType[]))}>
            <Group gap="xs" mt={4} role="group" aria-label="Target types">
              {starterTypes[language].map((type) => (
                <Chip key={type} value={type} size="xs">
                  {type}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </InputWrapper>
        <EnvironmentField
          language={language}
          value={environment ?? environmentOf({ metadata: undefined, language })}
          onChange={(name) => setValues({ ...values, environment: name })}
        />
        <details>
          <summary>Versions, network and resources</summary>
          <Stack mt="sm">
            <MetadataFields keys={['majorVersion', 'network', 'resources']} values={values} onChange={setValues} />
          </Stack>
        </details>
        <Text size="sm" c="dimmed">
          Parameters and the schema of its columns stand in model-metadata.yaml, which you edit next.
        </Text>
        {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
        <Button type="submit" w="fit-content" loading={action.busy} disabled={findings.length > 0}>
          Create task
        </Button>
      </Stack>
    </form>
  )
}

const isWritten = (type: TaskType, language: Language): boolean => starterTypes[language].some((each) => each === type)

const alone: readonly TaskType[] = ['transform', 'split', 'evaluation']

/** At least one; a transform or a function is nothing else beside it. */
const ordered = (before: readonly TaskType[], chosen: readonly TaskType[]): readonly TaskType[] => {
  const added = chosen.find((type) => !before.includes(type))
  if (chosen.length === 0) return before
  if (added !== undefined && alone.includes(added)) return [added]
  return added === undefined ? chosen : chosen.filter((type) => !alone.includes(type))
}
