import { Modal, NavLink, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, useRef, useState } from 'react'
import { ErrorPanel } from '../ui/error-panel.tsx'
import { useCall } from './client.ts'
import { pageOf } from './kinds.ts'

/** Finds everything that one may see by words of its name. */
export const SearchDialog = ({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) => {
  const [words, setWords] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const [asked] = useDebouncedValue(words.trim(), 150)
  const found = useCall('search', { query: { q: asked } }, { enabled: opened && asked !== '' })
  const list = useRef<HTMLDivElement>(null)
  const links = () => [...(list.current?.querySelectorAll('a') ?? [])]
  /** Arrows walk from the words through what was found; Enter in the words opens the first. */
  const onKeyDown = (event: KeyboardEvent) => {
    const at = links().findIndex((each) => each === document.activeElement)
    if (event.key === 'ArrowDown') links()[at + 1]?.focus()
    else if (event.key === 'ArrowUp' && at >= 0) (links()[at - 1] ?? input.current)?.focus()
    else if (event.key === 'Enter' && at < 0) links()[0]?.click()
    else return
    event.preventDefault()
  }
  const hits = found.data?.hits.filter(({ kind }) => pageOf[kind] !== undefined) ?? []
  return (
    <Modal opened={opened} onClose={onClose} title="Search" size="lg">
      <Stack onKeyDown={onKeyDown}>
        <TextInput
          ref={input}
          description="↓ walks through what is found, Enter opens it"
          inputWrapperOrder={['input', 'description']}
          aria-label="Search for"
          placeholder="Name of a dataset, task, blueprint, project, model or deployment"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          data-autofocus
        />
        {found.error === null ? null : <ErrorPanel error={found.error} />}
        <div aria-live="polite" ref={list}>
          {asked !== '' && found.data !== undefined && hits.length === 0 ? (
            <Text c="dimmed">Nothing has “{asked}” in its name.</Text>
          ) : null}
          {hits.map(({ kind, id, name }) => (
            <NavLink
              key={id}
              component={Link}
              to={(pageOf[kind] as string).replace('$id', id)}
              label={name}
              description={kind}
              onClick={onClose}
            />
          ))}
        </div>
      </Stack>
    </Modal>
  )
}
