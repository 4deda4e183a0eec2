import { Alert, List, Stack, Text, Title } from '@mantine/core'
import type { Experiment, HostedModel } from '@modelsmith/api'
import { checkApplication } from '@modelsmith/domain'
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { formatNumber } from '../../ui/format.ts'
import { useIsOpen } from './use-is-open.ts'

/** What is proven of the file, and what is not. */
export const ProofSection = ({
  experiment,
  model,
}: {
  readonly experiment: Experiment
  readonly model: HostedModel
}) => {
  const { id, application } = experiment
  const isOpen = useIsOpen(experiment)
  const prove = useAction()
  const refresh = useRefresh()
  const isReady = checkApplication(model, application).length === 0
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>Proof</Title>
      <ProofWords experiment={experiment} model={model} />
      {isOpen && isReady ? (
        <FileDrop
          label="Compare with expected predictions"
          busy={prove.busy}
          words={`A CSV file with your fields, and what the library predicted in ${model.answer === 'outputs' ? 'columns named as the outputs' : `prediction${model.answer === 'labelWithProbabilities' ? ' and probability_<class>' : ''}`}.`}
          accept=".csv,.tsv,.txt"
          onFiles={([file]) =>
            file === undefined
              ? undefined
              : void prove.run(async () => {
                  await client.sendBytes('proveExperiment', {
                    params: { id },
                    data: await file.data.arrayBuffer(),
                    type: 'text/csv',
                  })
                  await refresh()
                })
          }
        />
      ) : null}
      {prove.problem === undefined ? null : <ErrorPanel error={prove.problem} />}
    </Stack>
  )
}

const ProofWords = ({
  experiment: { proof, customAlgorithm },
  model,
}: {
  readonly experiment: Experiment
  readonly model: HostedModel
}) => {
  const isCoded = (customAlgorithm?.code ?? null) !== null
  if (proof === null)
    return (
      <Alert color="gray" variant="light" icon={<IconInfoCircle aria-hidden />} title="This file is not proven">
        {isCoded
          ? 'Its own library answers, by the code of the algorithm. Nobody has compared a prediction of this file yet.'
          : `The class ${model.className} is verified by fixtures: real files with the predictions of their library. Of this file nobody has compared a prediction yet.`}
      </Alert>
    )
  const compared = `${formatNumber(proof.rows)} ${proof.rows === 1 ? 'row' : 'rows'} in ${proof.columns.slice(0, 6).join(', ')}${proof.columns.length > 6 ? ', …' : ''}`
  if (proof.state === 'proven')
    return (
      <Alert
        color="gray"
        variant="light"
        icon={<IconCircleCheck aria-hidden />}
        title="Equal to the expected predictions"
      >
        Compared: {compared}, <Ago at={proof.provenAt} />. Numbers may differ by a billionth, labels not at all. Other
        rows and other columns are not proven.
      </Alert>
    )
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={`${formatNumber(proof.differing)} of ${formatNumber(proof.rows)} rows differ`}
    >
      <List size="sm">
        {proof.differences.slice(0, 8).map((difference) => (
          <List.Item key={difference}>{difference}</List.Item>
        ))}
      </List>
      <Text size="sm">Look whether the fields are given to the inputs in the order of the training.</Text>
    </Alert>
  )
}
