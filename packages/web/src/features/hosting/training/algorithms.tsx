import { Button, Fieldset, Group, MultiSelect, Stack, Text, Title } from '@mantine/core'
import type { Experiment, Project } from '@modelsmith/api'
import type { BlueprintGraph, ParameterValues } from '@modelsmith/domain'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { Loaded } from '../../../ui/page.tsx'
import { ParameterFields } from '../../blueprints/index.ts'
import { FeatureLists, optionsOf, type TrainingChoice, TrainingOptions, wholeProject } from '../../projects/index.ts'
import { useAccess } from '../../sharing/index.ts'

type Algorithm = { readonly id: string; readonly name: string; readonly graph: BlueprintGraph }
type Told = { readonly choice: TrainingChoice; readonly parameters: ParameterValues }

const untold: Told = { choice: wholeProject, parameters: {} }

/** Blueprints to train side by side on the rows of the experiment, each with its parameters and its columns. */
export const Algorithms = ({ experiment, project }: { readonly experiment: Experiment; readonly project: Project }) => {
  const repository = useCall('getRepository', { params: { id: project.id } })
  const blueprints = useCall('listBlueprints', { query: { limit: 200 } })
  const { can } = useAccess(project.id)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [told, setTold] = useState<Readonly<Record<string, Told>>>({})
  const train = useAction()
  const refresh = useRefresh()
  const own = blueprints.data?.items ?? []
  const start = (known: readonly Algorithm[]) =>
    train.run(async () => {
      const algorithms = known
        .filter(({ id }) => chosen.includes(id))
        .map((algorithm) => asked(algorithm, told[algorithm.id] ?? untold))
      const { items } = await client.call('trainExperiment', {
        params: { id: experiment.id },
        body: { algorithms },
      })
      setChosen([])
      await refresh()
      return `${items.length} ${items.length === 1 ? 'training has' : 'trainings have'} begun.`
    })
  if (!can('run')) return null
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>Algorithms</Title>
      <Loaded query={repository} rows={2}>
        {({ items }) => {
          const known: readonly Algorithm[] = [...items, ...own]
          return (
            <>
              <MultiSelect
                label="Train side by side"
                description="Blueprints of the library that fit these rows, and your own"
                placeholder={chosen.length === 0 ? 'Choose some' : ''}
                data={[
                  { group: 'Library', items: items.map(({ id, name }) => ({ value: id, label: name })) },
                  { group: 'Blueprints', items: own.map(({ id, name }) => ({ value: id, label: name })) },
                ]}
                value={[...chosen]}
                onChange={setChosen}
                searchable
                maw={720}
              />
              {known
                .filter(({ id }) => chosen.includes(id))
                .map((algorithm) => (
                  <AlgorithmFields
                    key={algorithm.id}
                    algorithm={algorithm}
                    project={project}
                    told={told[algorithm.id] ?? untold}
                    onTold={(next) => setTold({ ...told, [algorithm.id]: next })}
                  />
                ))}
              {train.problem === undefined ? null : <ErrorPanel error={train.problem} />}
              <Group>
                <Button disabled={chosen.length === 0} loading={train.busy} onClick={() => void start(known)}>
                  {chosen.length < 2 ? 'Train' : `Train ${chosen.length} side by side`}
                </Button>
              </Group>
            </>
          )
        }}
      </Loaded>
      <details>
        <summary>
          <Text span size="sm">
            Feature lists
          </Text>
        </summary>
        <FeatureLists project={project} mayEdit={can('edit')} />
      </details>
    </Stack>
  )
}

/** The node that nothing reads: what predicts. */
const estimatorOf = ({ nodes }: BlueprintGraph) => {
  const read = new Set(
    nodes.flatMap(({ inputs }) => inputs.flatMap((input) => (input.from === 'node' ? [input.node] : []))),
  )
  return nodes.find(({ id }) => !read.has(id))
}

const asked = ({ id, graph }: Algorithm, { choice, parameters }: Told) => {
  const node = estimatorOf(graph)?.id
  const told = node === undefined || Object.keys(parameters).length === 0 ? {} : { parameters: { [node]: parameters } }
  const how = { ...told, ...optionsOf(choice) }
  return id.startsWith('blueprint_') ? { blueprintId: id, ...how } : { repositoryId: id, ...how }
}

type AlgorithmFieldsProps = {
  readonly algorithm: Algorithm
  readonly project: Project
  readonly told: Told
  readonly onTold: (told: Told) => void
}

const AlgorithmFields = ({ algorithm: { name, graph }, project, told, onTold }: AlgorithmFieldsProps) => {
  const node = estimatorOf(graph)
  const task = useCall('getTaskVersion', { params: { id: node?.taskVersion ?? '' } }, { enabled: node !== undefined })
  const shown = task.data?.hyperparameters ?? []
  const fields = {
    given: told.parameters,
    usual: node?.parameters,
    cols: { base: 1, xs: 2, md: 3 },
    onChange: (parameters: ParameterValues) => onTold({ ...told, parameters }),
  }
  const advanced = shown.filter((parameter) => parameter.advanced === true)
  return (
    <Fieldset legend={name}>
      <Stack gap="sm">
        <TrainingOptions project={project} choice={told.choice} onChange={(choice) => onTold({ ...told, choice })} />
        <ParameterFields {...fields} declared={shown.filter((parameter) => parameter.advanced !== true)} />
        {advanced.length === 0 ? null : (
          <details>
            <summary>Advanced</summary>
            <ParameterFields {...fields} declared={advanced} mt="sm" />
          </details>
        )}
      </Stack>
    </Fieldset>
  )
}
