import { Tabs } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'

export type Tab = { readonly key: string; readonly title: string; readonly content: () => ReactNode }

/** Tabs whose choice is in the address. */
export const PageTabs = ({ tabs }: { readonly tabs: readonly Tab[] }) => {
  const { tab } = useSearch({ strict: false })
  const navigate = useNavigate()
  const chosen = tabs.find(({ key }) => key === tab) ?? tabs[0]
  if (chosen === undefined) return null
  return (
    <Tabs
      value={chosen.key}
      keepMounted={false}
      onChange={(key) => void navigate({ to: '.', search: { tab: key ?? undefined }, resetScroll: false })}
    >
      <Tabs.List mb="lg">
        {tabs.map(({ key, title }) => (
          <Tabs.Tab key={key} value={key}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ key, content }) => (
        <Tabs.Panel key={key} value={key}>
          {key === chosen.key ? content() : null}
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
