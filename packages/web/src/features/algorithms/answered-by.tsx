import { Alert, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import type { CustomAlgorithm } from '@modelsmith/api'
import { isFunction } from '@modelsmith/domain'
import { IconInfoCircle } from '@tabler/icons-react'
import { useCall } from '../../app/client.ts'
import { LinkText } from '../../ui/link.tsx'

/** What answers for the files of an algorithm. */
export type Scorer =
  | { readonly by: 'native'; readonly nativeAlgorithm: string | null }
  | { readonly by: 'code'; readonly taskVersionId: string | null }

export const scorerOf = ({ nativeAlgorithm, code }: CustomAlgorithm): Scorer =>
  code === null ? { by: 'native', nativeAlgorithm } : { by: 'code', taskVersionId: code.taskVersionId }

export const isChosen = (scorer: Scorer): boolean =>
  (scorer.by === 'native' ? scorer.nativeAlgorithm : scorer.taskVersionId) !== null

export const scorerBody = (scorer: Scorer) =>
  scorer.by === 'native'
    ? { nativeAlgorithm: scorer.nativeAlgorithm ?? '' }
    : { taskVersionId: scorer.taskVersionId ?? '' }

type AnsweredByProps = {
  readonly scorer: Scorer
  /** The code that the algorithm has, which need not be a version that one could choose. */
  readonly kept: CustomAlgorithm['code']
  readonly disabled: boolean
  readonly onChange: (scorer: Scorer) => void
}

/** A native class, or the code of a task. */
export const AnsweredBy = ({ scorer, kept, disabled, onChange }: AnsweredByProps) => (
  <Stack gap="sm">
    <SegmentedControl
      aria-label="What answers"
      w="fit-content"
      disabled={disabled}
      data={[
        { value: 'native', label: 'A native class' },
        { value: 'code', label: 'Code' },
      ]}
      value={scorer.by}
      onChange={(by) =>
        onChange(by === 'code' ? { by: 'code', taskVersionId: null } : { by: 'native', nativeAlgorithm: null })
      }
    />
    {scorer.by === 'native' ? (
      <NativeClass value={scorer.nativeAlgorithm} disabled={disabled} onChange={onChange} />
    ) : (
      <Code value={scorer.taskVersionId} kept={kept} disabled={disabled} onChange={onChange} />
    )}
  </Stack>
)

type ChoiceProps = Pick<AnsweredByProps, 'disabled' | 'onChange'> & { readonly value: string | null }

const NativeClass = ({ value, disabled, onChange }: ChoiceProps) => {
  const natives = useCall('listAlgorithms')
  return (
    <Select
      label="Scored as"
      description="The class that a file of this algorithm holds"
      required
      searchable
      limit={100}
      allowDeselect={false}
      disabled={disabled}
      data={(natives.data?.items ?? []).map((each) => ({ value: each.id, label: `${each.name} (${each.library})` }))}
      value={value}
      onChange={(nativeAlgorithm) => onChange({ by: 'native', nativeAlgorithm })}
    />
  )
}

const Code = ({ value, kept, disabled, onChange }: ChoiceProps & Pick<AnsweredByProps, 'kept'>) => {
  const versions = useCall('listTaskVersionsAvailable')
  const settings = useCall('getOrganisationSettings')
  const known = (versions.data?.items ?? []).filter((task) => task.kind === 'custom' && !isFunction(task))
  const choices = known.map(({ id, taskName, number, environment }) => ({
    value: id,
    label: `${taskName} ${number}, in ${environment}`,
  }))
  if (kept !== null && !choices.some((each) => each.value === kept.taskVersionId))
    choices.push({ value: kept.taskVersionId, label: `${kept.taskName} ${kept.number}, in ${kept.environment}` })
  return (
    <>
      <Select
        label="Code of the task"
        description="Its hook load_model finds the file under its uploaded name; predict, predict_proba, score or transform answers. It needs no fit"
        required
        searchable
        limit={100}
        allowDeselect={false}
        disabled={disabled}
        data={choices}
        value={value}
        nothingFoundMessage="No task of yours is called so"
        onChange={(taskVersionId) => onChange({ by: 'code', taskVersionId })}
      />
      {disabled ? null : (
        <Text size="sm">
          The environment of the task has to hold the library that wrote the file, in its version.{' '}
          <LinkText underline="always" to="/tasks/new">
            Write a task
          </LinkText>
          {kept === null ? null : (
            <>
              {', or '}
              <LinkText underline="always" to="/tasks/$id" params={{ id: kept.taskId }}>
                open {kept.taskName}
              </LinkText>{' '}
              to edit its files
            </>
          )}
          .
        </Text>
      )}
      {settings.data?.runModelFiles === false ? (
        <Alert
          color="gray"
          variant="light"
          icon={<IconInfoCircle aria-hidden />}
          title="Model files are not run here yet"
        >
          Code loads the file and so runs what is in it, in a sandbox. An administrator has to allow that first: the
          setting “Run model files” is on the page Administration.
        </Alert>
      ) : null}
    </>
  )
}
