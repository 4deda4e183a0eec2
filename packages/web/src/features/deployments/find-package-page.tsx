import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import type { PackageUses } from '@modelsmith/api'
import { useState } from 'react'
import { useCall } from '../../app/client.ts'
import { useAddress } from '../../ui/address.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { Rebuild, type Use } from './rebuild.tsx'

type Asked = { readonly language: 'python' | 'r'; readonly package: string; readonly below: string }

/** Which deployments run with a package below a version, such as one that is unsafe. */
export const FindPackagePage = () => {
  const [language, setLanguage] = useAddress('language')
  const [name, setName] = useAddress('package')
  const [below, setBelow] = useAddress('below')
  const asked = { language: language === 'r' ? 'r' : 'python', package: name ?? '', below: below ?? '' } as const
  return (
    <Page
      title="Find a package"
      subtitle="Deployments whose code runs with a package of Python or R, in a version below another."
    >
      <Stack>
        <PackageForm
          key={JSON.stringify(asked)}
          asked={asked}
          onAsk={(next) => {
            setLanguage(next.language)
            setName(next.package)
            setBelow(next.below === '' ? undefined : next.below)
          }}
        />
        {asked.package === '' ? null : <Found asked={asked} />}
      </Stack>
    </Page>
  )
}

type PackageFormProps = { readonly asked: Asked; readonly onAsk: (asked: Asked) => void }

const PackageForm = ({ asked, onAsk }: PackageFormProps) => {
  const [draft, setDraft] = useState<Asked>(asked)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onAsk({ ...draft, package: draft.package.trim(), below: draft.below.trim() })
      }}
    >
      <Stack gap="sm" maw={640}>
        <SegmentedControl
          aria-label="Language"
          w="fit-content"
          data={[
            { value: 'python', label: 'Python' },
            { value: 'r', label: 'R' },
          ]}
          value={draft.language}
          onChange={(value) => setDraft({ ...draft, language: value === 'r' ? 'r' : 'python' })}
        />
        <Group align="start" grow>
          <TextInput
            label="Package"
            description="As it is installed, such as numpy"
            required
            value={draft.package}
            onChange={(event) => setDraft({ ...draft, package: event.currentTarget.value })}
          />
          <TextInput
            label="Below version"
            description="Any version where this is empty"
            value={draft.below}
            onChange={(event) => setDraft({ ...draft, below: event.currentTarget.value })}
          />
        </Group>
        <Button type="submit" w="fit-content" disabled={draft.package.trim() === ''}>
          Find deployments
        </Button>
      </Stack>
    </form>
  )
}

const Found = ({ asked: { language, package: name, below } }: { readonly asked: Asked }) => {
  const query = useCall('findPackage', {
    query: { language, package: name, ...(below === '' ? {} : { below }) },
  })
  return (
    <Loaded query={query}>
      {(uses) => (
        <Stack>
          <Text size="sm" role="status">
            {wordsFor(uses, below === '' ? name : `${name} below ${below}`)}
          </Text>
          <Uses uses={uses} language={language} below={below} />
          <Unknown uses={uses} />
        </Stack>
      )}
    </Loaded>
  )
}

const count = (number: number, one: string): string => `${formatNumber(number)} ${one}${number === 1 ? '' : 's'}`

const wordsFor = ({ items, looked, native }: PackageUses, what: string): string => {
  const using = new Set(items.map(({ deploymentId }) => deploymentId)).size
  const without = native === 0 ? '' : ` ${formatNumber(native)} of them ${native === 1 ? 'runs' : 'run'} no code.`
  return `${formatNumber(using)} of ${count(looked, 'deployment')} that you may see ${using === 1 ? 'runs' : 'run'} with ${what}.${without}`
}

const Deployed = ({ id, name }: { readonly id: string; readonly name: string }) => (
  <LinkText to="/deployments/$id" params={{ id }}>
    {name}
  </LinkText>
)

type UsesProps = { readonly uses: PackageUses } & Pick<Asked, 'language' | 'below'>

const Uses = ({ uses: { items }, language, below }: UsesProps) => (
  <DataTable
    label="Deployments with the package"
    rows={items}
    rowKey={({ deploymentId, environment }) => `${deploymentId} ${environment}`}
    empty={<Empty>No deployment runs with it.</Empty>}
    columns={[
      {
        key: 'deployment',
        title: 'Deployment',
        value: ({ deploymentName }) => deploymentName,
        cell: ({ deploymentId, deploymentName }) => <Deployed id={deploymentId} name={deploymentName} />,
      },
      { key: 'model', title: 'Model', value: ({ modelName }) => modelName, cell: ({ modelName }) => modelName },
      {
        key: 'release',
        title: 'Release',
        numeric: true,
        value: ({ release }) => release,
        cell: ({ release }) => release,
      },
      {
        key: 'environment',
        title: 'Environment',
        value: ({ environment }) => environment,
        cell: ({ environment }) => environment,
      },
      { key: 'package', title: 'Package', cell: (row) => row.package },
      { key: 'version', title: 'Version', value: ({ version }) => version, cell: ({ version }) => version },
      ...(language === 'python'
        ? [{ key: 'rebuild', title: 'Rebuild', cell: (use: Use) => <Rebuild use={use} below={below} /> }]
        : []),
    ]}
  />
)

const Unknown = ({ uses: { unknown } }: { readonly uses: PackageUses }) =>
  unknown.length === 0 ? null : (
    <DataTable
      label="Deployments of which it cannot be told"
      rows={unknown}
      rowKey={({ deploymentId, reason }) => `${deploymentId} ${reason}`}
      empty={<Empty>It can be told of all.</Empty>}
      columns={[
        {
          key: 'deployment',
          title: 'Deployment',
          value: ({ deploymentName }) => deploymentName,
          cell: ({ deploymentId, deploymentName }) => <Deployed id={deploymentId} name={deploymentName} />,
        },
        { key: 'reason', title: 'Why it cannot be told', wide: true, cell: ({ reason }) => reason },
      ]}
    />
  )
