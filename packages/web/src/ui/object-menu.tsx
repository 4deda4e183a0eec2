import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { Children, type FormEvent, type ReactNode, useState } from 'react'
import { useAction } from './action.ts'
import { ErrorPanel } from './error-panel.tsx'

type ObjectMenuProps = {
  readonly kind: string
  readonly name: string
  /** Left out where one may not, and where others know the object by its name. */
  readonly onRename?: ((name: string) => Promise<void>) | undefined
  /** Left out where one may not. */
  readonly onDelete?: (() => Promise<void>) | undefined
  /** Further entries, above. */
  readonly children?: ReactNode
}

/** What is done seldom to an object: rename it, delete it. */
export const ObjectMenu = ({ kind, name, onRename, onDelete, children }: ObjectMenuProps) => {
  const [open, setOpen] = useState<'rename' | 'delete'>()
  if (onRename === undefined && onDelete === undefined && Children.toArray(children).length === 0) return null
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={`More for ${name}`}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {children}
          {onRename === undefined ? null : <Menu.Item onClick={() => setOpen('rename')}>Rename {kind}</Menu.Item>}
          {onDelete === undefined ? null : (
            <Menu.Item color="red" onClick={() => setOpen('delete')}>
              Delete {kind}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === 'rename' && onRename !== undefined ? (
        <NameDialog
          title={`Rename ${kind}`}
          button="Rename"
          initial={name}
          onClose={() => setOpen(undefined)}
          onName={onRename}
        />
      ) : null}
      {open === 'delete' && onDelete !== undefined ? (
        <DeleteDialog kind={kind} name={name} onClose={() => setOpen(undefined)} onDelete={onDelete} />
      ) : null}
    </>
  )
}

type NameDialogProps = {
  readonly title: string
  readonly button: string
  readonly initial: string
  readonly onClose: () => void
  readonly onName: (name: string) => Promise<void>
}

/** Asks for a name. */
export const NameDialog = ({ title, button, initial, onClose, onName }: NameDialogProps) => {
  const [name, setName] = useState(initial)
  const action = useAction()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (await action.run(() => onName(name.trim()))) onClose()
  }
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            value={name}
            maxLength={255}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={action.busy} disabled={name.trim() === ''}>
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

const DeleteDialog = ({
  kind,
  name,
  onClose,
  onDelete,
}: Pick<ObjectMenuProps, 'kind' | 'name'> & {
  readonly onDelete: () => Promise<void>
  readonly onClose: () => void
}) => {
  const [typed, setTyped] = useState('')
  const action = useAction()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (await action.run(onDelete)) onClose()
  }
  return (
    <Modal opened onClose={onClose} title={`Delete ${kind}`}>
      <form onSubmit={submit}>
        <Stack>
          <Text>This cannot be undone.</Text>
          <TextInput
            label={`Type “${name}” to delete it`}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-autofocus
          />
          {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={action.busy} disabled={typed !== name}>
              Delete {kind}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
