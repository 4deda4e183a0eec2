import { Kbd, Modal, Table } from '@mantine/core'

const shortcuts = [
  ['Ctrl K', 'Search everything'],
  ['↓ ↑, Enter', 'Search: walk through what is found, open it'],
  ['?', 'Show this list'],
  ['← ↑ → ↓', 'Canvas: walk the graph'],
  ['Enter', 'Canvas: edit the selected node'],
  ['a', 'Canvas: add a task after the selected node, or a branch where none is'],
  ['Escape', 'Canvas: select none'],
  ['Delete', 'Canvas: remove the selected node'],
  ['Ctrl S', 'Blueprint, task: save'],
  ['Ctrl Z, Ctrl Shift Z', 'Canvas: undo, redo'],
] as const

export const Shortcuts = ({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) => (
  <Modal opened={opened} onClose={onClose} title="Keyboard">
    <Table>
      <Table.Tbody>
        {shortcuts.map(([keys, words]) => (
          <Table.Tr key={keys}>
            <Table.Th scope="row">
              <Kbd style={{ whiteSpace: 'nowrap' }}>{keys}</Kbd>
            </Table.Th>
            <Table.Td>{words}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </Modal>
)
