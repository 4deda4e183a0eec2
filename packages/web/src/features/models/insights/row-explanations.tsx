import { Select, Stack } from '@mantine/core'
import type { Explanation, Model } from '@modelsmith/api'
import { useState } from 'react'
import { useCall } from '../../../app/client.ts'
import { useAddress } from '../../../ui/address.ts'
import { Empty } from '../../../ui/empty.tsx'
import { formatScore } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/page.tsx'
import { JobPanel } from '../../jobs/index.ts'
import { useAccess } from '../../sharing/index.ts'
import { Contributions } from './contributions.tsx'
import { ExplainForm } from './explain-form.tsx'
import { useScorer } from './use-scorer.ts'
import { WhatIf } from './what-if.tsx'

/** What made the predictions of single rows: asked for here, kept for whoever asked. */
export const RowExplanations = ({ model }: { readonly model: Model }) => {
  const { can } = useAccess(model.id)
  const scorer = useScorer(model, can('download'))
  const [asked, ask] = useAddress('row')
  const [job, setJob] = useState<string>()
  const query = useCall('listExplanations', { params: { id: model.id }, query: { limit: 100 } })
  /** The newest shows, which is the first of what was asked for. */
  const follow = (id: string) => {
    setJob(id)
    ask(undefined)
  }
  return (
    <Loaded query={query}>
      {({ items }) => {
        const shown = items.find(({ id }) => id === asked) ?? items[0]
        return (
          <Stack gap="xl">
            {can('predict') ? <ExplainForm model={model} onJob={follow} /> : null}
            {job === undefined ? null : <JobPanel key={job} id={job} showLog={false} quietWhenDone />}
            {shown === undefined ? (
              <Empty>You have not asked yet what made the predictions of rows.</Empty>
            ) : (
              <>
                <Select
                  label="Explained row"
                  description="Yours, the newest first"
                  w={{ base: '100%', xs: 440 }}
                  allowDeselect={false}
                  data={items.map((each) => ({ value: each.id, label: nameOf(each) }))}
                  value={shown.id}
                  onChange={(id) => ask(id ?? undefined)}
                />
                <Contributions explanation={shown} model={model} before={unchangedOf(items, shown)} />
                {can('predict') ? (
                  <WhatIf key={shown.id} model={model} explanation={shown} scorer={scorer} onJob={follow} />
                ) : null}
              </>
            )}
          </Stack>
        )
      }}
    </Loaded>
  )
}

const parts = {
  validation: 'validation',
  crossValidation: 'cross validation',
  trainOnly: 'training',
  holdout: 'holdout',
} as const

const nameOf = ({ row, part, changed, outputs: [first] }: Explanation): string =>
  [
    row === null ? 'Own values' : `Row ${row}${part === null ? '' : ` (${parts[part]})`}`,
    changed.length === 0
      ? ''
      : `, ${changed.slice(0, 2).join(' and ')}${changed.length > 2 ? ' and more' : ''} changed`,
    `: ${first?.label === null || first === undefined ? '' : `${first.label} `}${formatScore(first?.prediction)}`,
  ].join('')

/** The same row with its own values, where it was explained, too. */
const unchangedOf = (items: readonly Explanation[], { row, changed }: Explanation): Explanation | undefined =>
  changed.length === 0 || row === null ? undefined : items.find((each) => each.row === row && each.changed.length === 0)
