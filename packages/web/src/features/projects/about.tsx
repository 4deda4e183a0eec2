import { List, Table } from '@mantine/core'
import type { Project } from '@modelsmith/api'
import type { ParameterValues } from '@modelsmith/domain'
import type { ReactNode } from 'react'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'

const wordsOfGiven = (parameters: ParameterValues): string => {
  const given = Object.entries(parameters).map(([name, value]) => `${name} ${value}`)
  return given.length === 0 ? '' : `, given ${given.join(', ')}`
}

const wordsOf = ({ method, folds, holdout, seed, column, parameters = {} }: Project['partitioning']): string => {
  const share = `${Math.round(holdout * 1000) / 10} %`
  const ways = {
    random: `${folds} folds at random, seed ${seed}; holdout ${share}`,
    stratified: `${folds} folds with the classes spread alike, seed ${seed}; holdout ${share}`,
    group: `${folds} folds by ${column}, whose groups stay together, seed ${seed}; holdout ${share}`,
    column: `${folds} ${folds === 1 ? 'fold' : 'folds'} as ${column} says`,
    date: `${folds} ${folds === 1 ? 'backtest' : 'backtests'} in the order of ${column}, each fitted on older rows only; the newest ${share} held out`,
    function: `${folds} ${folds === 1 ? 'fold' : 'folds'} as a function says${wordsOfGiven(parameters)}, seed ${seed}`,
  }
  return ways[method]
}

const wordsOfCorrection = ({ weights }: NonNullable<Project['downsampling']>): string =>
  weights === null ? 'Corrected for the rows that are left out' : `${weights}, corrected for the rows that are left out`

/** What the project froze: the parts, what rows weigh, the columns. */
export const About = ({
  project: {
    datasetId,
    target,
    targetType,
    classes,
    metric,
    partitioning,
    rows,
    owner,
    features,
    weights,
    downsampling,
    parts,
    unlocked,
  },
}: {
  readonly project: Project
}) => (
  <Table maw={720} layout="fixed">
    <Table.Tbody>
      <Fact name="Dataset">
        <LinkText to="/datasets/$id" params={{ id: datasetId }}>
          Open the dataset
        </LinkText>
      </Fact>
      <Fact name="Owner">{owner.name}</Fact>
      <Fact name="Metric">{metric ?? 'None: no column says which rows are anomalies'}</Fact>
      {classes.length === 0 ? null : <Fact name="Classes">{classes.join(', ')}</Fact>}
      {targetType === 'binary' ? <Fact name="Positive class">{classes[1]}</Fact> : null}
      {targetType === 'anomaly' && target !== null ? (
        <Fact name="Anomalies">
          {target} is {classes[1]}; no task is told of it
        </Fact>
      ) : null}
      <Fact name="Partitions">{wordsOf(partitioning)}</Fact>
      <Fact name="Parts">
        <List size="sm" listStyleType="none">
          {parts.map((part) => (
            <List.Item key={part.name}>
              {part.name}: {formatNumber(part.rows)} rows
              {part.from === null ? '' : part.from === part.to ? ` (${part.from})` : ` (${part.from} to ${part.to})`}
            </List.Item>
          ))}
        </List>
      </Fact>
      <Fact name="Holdout">
        {rows.holdout === 0
          ? 'There is none'
          : unlocked === null
            ? 'Locked'
            : `Unlocked by ${unlocked.by.name} on ${new Date(unlocked.at).toLocaleString()}`}
      </Fact>
      <Fact name="Row weights">
        {weights === null ? 'Every row counts once' : downsampling === null ? weights : wordsOfCorrection(downsampling)}
      </Fact>
      {downsampling === null ? null : (
        <Fact name="Downsampling">
          {formatNumber(downsampling.leftOut)} rows of “{downsampling.majority}” are left out;{' '}
          {Math.round(downsampling.kept * 1000) / 10} % of them stay
        </Fact>
      )}
      <Fact name="Rows">
        {targetType === 'anomaly'
          ? formatNumber(rows.total)
          : `${formatNumber(rows.total)} in all; ${formatNumber(rows.missingTarget)} without a target are left out`}
      </Fact>
      <Fact name="Features">{formatNumber(features.length)}</Fact>
    </Table.Tbody>
  </Table>
)

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <Table.Tr>
    <Table.Th scope="row">{name}</Table.Th>
    <Table.Td>{children}</Table.Td>
  </Table.Tr>
)

/** Every column with its frozen type and its role. */
export const Columns = ({ project }: { readonly project: Project }) => (
  <DataTable
    label="Columns"
    rows={project.columns}
    rowKey={({ name }) => name}
    empty={<Empty>There is no column.</Empty>}
    columns={[
      { key: 'name', title: 'Column', value: ({ name }) => name, cell: ({ name }) => name },
      { key: 'type', title: 'Type, frozen', value: ({ type }) => type, cell: ({ type }) => type },
      {
        key: 'role',
        title: 'Role',
        value: ({ name }) => roleOf(name, project),
        cell: ({ name }) => roleOf(name, project),
      },
    ]}
  />
)

const roleOf = (name: string, { target, targetType, features, weights, partitioning }: Project): string =>
  [
    ...(name === target ? [targetType === 'anomaly' ? 'labels anomalies' : 'target'] : []),
    ...(name === weights ? ['row weight'] : []),
    ...(name === partitioning.column ? ['splits the rows'] : []),
    ...(features.includes(name) ? ['feature'] : []),
  ].join(', ') || 'left out'
