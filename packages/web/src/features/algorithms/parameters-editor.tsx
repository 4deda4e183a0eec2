import type { ReactNode } from 'react'
import { emptyParameter, type ParameterDraft } from './parameter-draft.ts'
import { checkCell, choiceCell, RowsEditor, textCell } from './rows-editor.tsx'

const types = (['int', 'float', 'string', 'boolean', 'select'] as const).map((type) => ({ value: type, label: type }))

type ParametersEditorProps = {
  readonly title: string
  readonly what: string
  readonly rows: readonly ParameterDraft[]
  readonly disabled: boolean
  readonly onChange: (rows: readonly ParameterDraft[]) => void
  readonly children: ReactNode
}

/** Declared parameters, edited in place. */
export const ParametersEditor = ({ title, what, rows, disabled, onChange, children }: ParametersEditorProps) => (
  <RowsEditor
    title={title}
    what={what}
    rows={rows}
    empty={emptyParameter}
    disabled={disabled}
    onChange={onChange}
    columns={[
      { title: 'Name', cell: (row, label, set) => textCell(label, row.name, disabled, (name) => set({ name })) },
      {
        title: 'Type',
        cell: (row, label, set) => choiceCell(label, row.type, types, disabled, (type) => set({ type })),
      },
      {
        title: 'Default',
        cell: (row, label, set) => textCell(label, row.default, disabled, (preset) => set({ default: preset })),
      },
      {
        title: 'Allowed',
        cell: (row, label, set) =>
          textCell(label, row.allowed, disabled, (allowed) => set({ allowed }), '1 to 10, or a, b, c'),
      },
      {
        title: 'Advanced',
        cell: (row, label, set) => checkCell(label, row.advanced, disabled, (advanced) => set({ advanced })),
      },
    ]}
  >
    {children}
  </RowsEditor>
)
