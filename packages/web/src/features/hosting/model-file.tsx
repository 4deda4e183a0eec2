import { Alert, Select, Stack, Table, Text, Title } from '@mantine/core'
import { ApiError, type Experiment, type FileUpload, type HostedModel } from '@modelsmith/api'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { formatBytes, formatNumber } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { canSendInParts, sendInParts } from './send-in-parts.ts'
import { useIsOpen } from './use-is-open.ts'

/** The file: its upload, what it is, and the algorithm that it was made with. */
export const ModelFileSection = ({ experiment }: { readonly experiment: Experiment }) => {
  const { id, file, model, customAlgorithm } = experiment
  const isOpen = useIsOpen(experiment)
  const code = customAlgorithm?.code ?? null
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>Model file</Title>
      {isOpen ? <Upload experimentId={id} again={file !== null} hasCode={code !== null} /> : null}
      {isOpen && file === null && code === null ? <Kept experimentId={id} /> : null}
      {file === null || model === null ? null : (
        <>
          <Text size="sm">
            {file.fileName}, {formatBytes(file.bytes)}, {file.format}
            {file.compression === null ? '' : `, compressed with ${file.compression}`}.{' '}
            {code === null
              ? 'It was read, and nothing in it was run.'
              : `It is run by the code of ${code.taskName} ${code.number}, in a sandbox in the environment ${code.environment}, and nowhere else.`}
          </Text>
          <Facts model={model} />
          {model.warnings.map((warning) => (
            <Alert key={warning} color="yellow" icon={<IconAlertTriangle aria-hidden />} title={warning} />
          ))}
        </>
      )}
      <Algorithm experiment={experiment} />
    </Stack>
  )
}

type UploadProps = { readonly experimentId: string; readonly again: boolean; readonly hasCode: boolean }

const Upload = ({ experimentId, again, hasCode }: UploadProps) => {
  const action = useAction()
  const refresh = useRefresh()
  const [sent, setSent] = useState<number>()
  const stopping = useRef<AbortController>(undefined)
  const upload = (data: File) =>
    action.run(async () => {
      const controller = new AbortController()
      stopping.current = controller
      setSent(0)
      try {
        // An empty file has no parts.
        if (canSendInParts() && data.size > 0)
          await sendInParts(client, experimentId, data, { onSent: setSent, signal: controller.signal })
        else
          await client.upload('uploadModelFile', {
            params: { id: experimentId },
            files: [{ name: data.name, data }],
            signal: controller.signal,
          })
      } catch (error) {
        if (!controller.signal.aborted) {
          // What was refused because only code reads it is kept.
          if (isUnknown(error)) await refresh()
          throw error
        }
        return 'The upload was stopped. Choose the same file to go on.'
      } finally {
        setSent(undefined)
      }
      await refresh()
      return undefined
    })
  return (
    <>
      <FileDrop
        label={again ? 'Upload another file' : 'Upload model file'}
        words={
          hasCode
            ? 'Any file that the code of the algorithm reads.'
            : 'A .pkl or .joblib of scikit-learn, a zip of the whole folder that Spark’s save() or MLflow wrote, or LightGBM’s or XGBoost’s own file.'
        }
        accept={hasCode ? '' : '.pkl,.pickle,.joblib,.sav,.zip,.txt,.json,.ubj,.model,.bin,.cbm'}
        busy={action.busy}
        sent={sent}
        onCancel={() => stopping.current?.abort()}
        onFiles={([file]) => (file === undefined ? undefined : void upload(file.data))}
      />
      {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
    </>
  )
}

/** Whether a file was refused because nothing reads it natively. */
const isUnknown = (problem: unknown): boolean => problem instanceof ApiError && problem.problem.status === 415

/** What is left for a file that nothing reads natively: it waits for an algorithm whose code does. */
const Kept = ({ experimentId }: { readonly experimentId: string }) => {
  const uploads = useCall('listFileUploads', { params: { id: experimentId } })
  const kept = uploads.data?.items.find(isWhole)
  if (kept === undefined) return null
  return (
    <Alert
      color="gray"
      variant="light"
      icon={<IconInfoCircle aria-hidden />}
      title="Its own library may still answer for it"
    >
      {kept.fileName} is kept. Define{' '}
      <LinkText underline="always" to="/algorithms/new">
        a custom algorithm with code
      </LinkText>{' '}
      and choose it here: the file is then run in a sandbox, in an environment of its own library’s version, where an
      administrator allows that.
    </Alert>
  )
}

const isWhole = ({ received, bytes }: FileUpload): boolean => received === bytes

const shownParameters = 200

const Facts = ({ model }: { readonly model: HostedModel }) => {
  const { library, libraryVersion, className, inputs, isVariable, targetType, classes, outputs, parameters } = model
  const algorithms = useCall('listAlgorithms')
  const own = algorithms.data?.items.find(({ id }) => id === model.algorithm)?.parameters ?? []
  const known = new Map(own.map((parameter) => [parameter.name, parameter]))
  const rows: readonly (readonly [string, string])[] = [
    ['Library', libraryVersion === null ? library : `${library} ${libraryVersion}`],
    ['Class', className],
    [
      'Takes',
      isVariable && inputs.length === 0
        ? 'any fields, by their names'
        : `${formatNumber(inputs.length)} ${inputs.length === 1 ? 'column' : 'columns'}: ${listed(inputs.map(({ name }) => name))}`,
    ],
    [
      'Gives',
      classes.length > 0 ? `${targetType}: ${listed(classes)}` : listed(outputs.map(({ name }) => name)) || targetType,
    ],
  ]
  return (
    <>
      <section className="scroll" tabIndex={0} aria-label="What the file is">
        <Table withTableBorder w="auto" miw={320}>
          <Table.Tbody>
            {rows.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row">{name}</Table.Th>
                <Table.Td>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
      {parameters.length === 0 ? null : (
        <details>
          <summary>Parameters of the training ({parameters.length})</summary>
          <section className="scroll" tabIndex={0} aria-label="Parameters of the training">
            <Table withTableBorder w="auto">
              <Table.Tbody>
                {parameters.slice(0, shownParameters).map(({ name, value }) => (
                  <Table.Tr key={name}>
                    <Table.Th scope="row">{name}</Table.Th>
                    <Table.Td>{value}</Table.Td>
                    <Table.Td className="wide">{known.get(name)?.meaning ?? ''}</Table.Td>
                    <Table.Td>{defaultWords(known.get(name)?.default)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        </details>
      )}
    </>
  )
}

const defaultWords = (standard: string | null | undefined): string =>
  standard === null || standard === undefined ? '' : `default ${standard}`

const listed = (names: readonly string[]): string =>
  `${names.slice(0, 12).join(', ')}${names.length > 12 ? ` and ${formatNumber(names.length - 12)} more` : ''}`

/** The platform's algorithm of the file is chosen already; a defined one may be, and one that does not fit is refused with both names. */
const Algorithm = ({ experiment }: { readonly experiment: Experiment }) => {
  const { id, algorithm, customAlgorithm, model, version } = experiment
  const isOpen = useIsOpen(experiment)
  const natives = useCall('listAlgorithms')
  const defined = useCall('listCustomAlgorithms', { query: { limit: 200 } })
  const choose = useAction()
  const refresh = useRefresh()
  const own = new Map((defined.data?.items ?? []).map(({ id: value, name: label }) => [value, label]))
  if (customAlgorithm !== null) own.set(customAlgorithm.id, customAlgorithm.name)
  const groups = [
    { group: 'Defined here', items: [...own].map(([value, label]) => ({ value, label })) },
    // What the platform has is chosen by the file itself.
    {
      group: 'The platform’s',
      items:
        model === null
          ? []
          : (natives.data?.items ?? []).map((each) => ({ value: each.id, label: `${each.name} (${each.library})` })),
    },
  ]
  if (model === null && own.size === 0) return null
  return (
    <Stack gap="sm">
      <Select
        label="Algorithm"
        description={
          model === null
            ? 'A defined algorithm may be chosen before the file comes; else the file chooses its own.'
            : (customAlgorithm?.code ?? null) === null
              ? `The file holds ${model.algorithm}.`
              : 'Its code answers for the file.'
        }
        maw={{ base: '100%', xs: 420 }}
        searchable
        limit={100}
        allowDeselect={false}
        disabled={!isOpen}
        data={groups.filter(({ items }) => items.length > 0)}
        value={algorithm}
        onChange={(chosen) =>
          chosen === null
            ? undefined
            : void choose.run(async () => {
                const body = { algorithm: chosen }
                const changed = await client.call('changeExperiment', { params: { id }, body, ifMatch: version })
                await refresh()
                if (changed.file !== null || (changed.customAlgorithm?.code ?? null) === null) return
                const { items } = await client.call('listFileUploads', { params: { id } })
                const kept = items.find(isWhole)
                if (kept === undefined) return
                await client.call('finishFileUpload', { params: { id: kept.id } })
                await refresh()
              })
        }
      />
      {choose.problem === undefined ? null : <ErrorPanel error={choose.problem} />}
    </Stack>
  )
}
