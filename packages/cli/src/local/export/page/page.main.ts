import type { InputColumn, Portable } from '@modelsmith/scoring'

type Value = string | number | boolean | null
/** One column on the page: what it says now, and how it is set. */
type Field = { readonly element: HTMLElement; readonly read: () => Value; readonly write: (value: Value) => void }

const make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

let ids = 0
const nextId = (): string => `f${ids++}`

/** Builds the page: a control for each column that the model reads, and what it says of them, at once. */
export const startPage = ({ about, columns, testRows, predict, selfTest }: Portable): void => {
  const used = columns.filter(({ isUnused }) => isUnused !== true)
  const fields = new Map(
    used.map((column) => [column.name, fieldOf(ranged(column, columns.indexOf(column), testRows))]),
  )
  const said = make('output')
  said.setAttribute('aria-live', 'polite')
  const details = make('div')
  const wrong = make('p', { className: 'wrong' })
  wrong.setAttribute('role', 'alert')

  const show = (): void => {
    const row = columns.map(({ name }) => fields.get(name)?.read() ?? null)
    try {
      const [prediction = {}] = predict([row])
      wrong.textContent = ''
      showAnswer(prediction, said, details)
    } catch (error) {
      said.textContent = 'No prediction'
      details.replaceChildren()
      wrong.textContent = error instanceof Error ? error.message : String(error)
    }
  }
  const start = (index: number): void => {
    const row = testRows[index]
    for (const [at, { name }] of columns.entries()) {
      const value = Array.isArray(row) ? (row as readonly unknown[])[at] : undefined
      fields.get(name)?.write(isValue(value) ? value : null)
    }
    show()
  }

  const form = make('form', { autocomplete: 'off' }, make('h2', { textContent: 'Values' }))
  form.addEventListener('input', show)
  form.addEventListener('submit', (event) => event.preventDefault())
  form.append(toolsOf(testRows.length, start), fieldsOf(fields))
  const from = about.libraryVersion === null ? about.library : `${about.library} ${about.libraryVersion}`
  const answer = make(
    'section',
    { className: 'answer' },
    make('h2', { textContent: 'Prediction' }),
    said,
    details,
    wrong,
  )
  answer.setAttribute('aria-label', 'Prediction')
  document.body.append(
    make(
      'header',
      {},
      make('h1', { textContent: about.name }),
      make('p', {
        className: 'soft',
        textContent: `${from} · ${used.length} ${used.length === 1 ? 'column' : 'columns'} · computed in this page, nothing is sent`,
      }),
    ),
    make('main', { className: 'columns' }, form, answer),
  )
  start(0)
  answer.append(make('p', { className: 'soft', textContent: wordsOfTest(selfTest()) }))
}

const isValue = (value: unknown): value is Value =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const wordsOfTest = ({ passed, identical, rows, largestDifference }: ReturnType<Portable['selfTest']>): string => {
  if (rows === 0) return 'The export has no test rows.'
  if (!passed)
    return `Self-test failed: answers differ from those of the export by ${largestDifference.toPrecision(2)}.`
  const exact = identical ? ', to the last bit' : `, to ${largestDifference.toPrecision(1)}`
  return `Self-test passed: the ${rows} test rows give what they gave at the export${exact}.`
}

const toolsOf = (rows: number, start: (row: number) => void): HTMLElement => {
  const id = nextId()
  const select = make('select', { id })
  for (let row = 0; row < rows; row++)
    select.append(make('option', { value: String(row), textContent: `Test row ${row + 1}` }))
  const back = make('button', { type: 'button', textContent: 'Reset values' })
  const reset = () => start(Number(select.value))
  select.addEventListener('change', reset)
  // It changes all fields at once, which the form need not hear for each.
  select.addEventListener('input', (event) => event.stopPropagation())
  back.addEventListener('click', reset)
  const tools = make('div', { className: 'tools' })
  if (rows > 0) tools.append(make('div', {}, make('label', { htmlFor: id, textContent: 'Start from' }), select))
  tools.append(back)
  return tools
}

const manyFields = 24

const fieldsOf = (fields: ReadonlyMap<string, Field>): HTMLElement => {
  const grid = make('div', { className: 'fields' }, ...Array.from(fields.values(), ({ element }) => element))
  if (fields.size <= manyFields) return grid
  const id = nextId()
  const search = make('input', { id, type: 'search' })
  search.addEventListener('input', (event) => {
    event.stopPropagation()
    const wanted = search.value.toLowerCase()
    for (const [name, { element }] of fields) element.hidden = !name.toLowerCase().includes(wanted)
  })
  return make(
    'div',
    {},
    make(
      'div',
      { className: 'tools' },
      make('div', {}, make('label', { htmlFor: id, textContent: 'Find a column' }), search),
    ),
    grid,
  )
}

/** A column that holds the values of the test rows; where the model tells no range, it is theirs. */
const ranged = (column: InputColumn, at: number, rows: Portable['testRows']): InputColumn => {
  const { low, high, type } = column
  if (type !== 'number') return column
  const known = rows.map((row) => (Array.isArray(row) ? (row as readonly unknown[])[at] : undefined))
  const values = [...known, low, high].filter((value) => typeof value === 'number')
  if (values.length === 0) return column
  const [least, most] = [Math.min(...values), Math.max(...values)]
  if (low !== undefined && high !== undefined) return { ...column, low: least, high: most }
  const around = least === most ? Math.max(1, Math.abs(least)) : (most - least) / 10
  return { ...column, low: least - around, high: most + around }
}

const fieldOf = (column: InputColumn): Field => {
  const { type, values = [] } = column
  if (values.length > 0 && values.length <= 500) return choiceField(column.name, values)
  if (type === 'boolean') return choiceField(column.name, [false, true])
  return type === 'number' ? numberField(column) : textField(column)
}

const labelled = (name: string, control: HTMLElement, whole: HTMLElement = control): HTMLElement => {
  control.id = nextId()
  return make('div', { className: 'field' }, make('label', { htmlFor: control.id, textContent: name }), whole)
}

const choiceField = (name: string, values: readonly Value[]): Field => {
  const select = make('select')
  for (const [at, value] of values.entries())
    select.append(make('option', { value: String(at), textContent: String(value) }))
  select.append(make('option', { value: '', textContent: 'missing' }))
  return {
    element: labelled(name, select),
    read: () => (select.value === '' ? null : (values[Number(select.value)] ?? null)),
    write: (value) => {
      const at = values.findIndex((each) => each === value)
      select.value = at < 0 ? '' : String(at)
    },
  }
}

const textField = ({ name, words }: InputColumn): Field => {
  const area = words === undefined ? make('input', { type: 'text' }) : make('textarea', { rows: 4 })
  return {
    element: labelled(name, area),
    read: () => (area.value === '' ? null : area.value),
    write: (value) => void (area.value = value === null ? '' : String(value)),
  }
}

const numberField = ({ name, low = -5, high = 5 }: InputColumn): Field => {
  const exact = make('input', { type: 'number', step: 'any' })
  const step = 10 ** (Math.floor(Math.log10(high - low)) - 2)
  const down = Math.floor(low / step) * step
  const slider = make('input', { type: 'range', step: String(step), min: String(down), max: String(high) })
  slider.setAttribute('aria-label', `${name}, slider`)
  slider.addEventListener('input', () => void (exact.value = String(Number(Number(slider.value).toPrecision(12)))))
  exact.addEventListener('input', () => void (slider.value = exact.value))
  return {
    element: labelled(name, exact, make('div', { className: 'pair' }, slider, exact)),
    read: () => (exact.value === '' ? null : exact.valueAsNumber),
    write: (value) => {
      exact.value = value === null ? '' : String(value)
      slider.value = exact.value
    },
  }
}

const wordsOf = (value: unknown): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(7))) : value === null ? 'none' : String(value)

const showAnswer = (prediction: Readonly<Record<string, unknown>>, said: HTMLElement, details: HTMLElement): void => {
  const { probabilities, ...others } = prediction
  const main = 'prediction' in others ? 'prediction' : (Object.keys(others).at(-1) ?? '')
  said.textContent = wordsOf(others[main])
  details.replaceChildren()
  if (typeof probabilities === 'object' && probabilities !== null)
    details.append(probabilityTable(Object.entries(probabilities) as [string, number][]))
  const rest = Object.entries(others).filter(([name]) => name !== main)
  if (rest.length > 0) details.append(plainTable(rest))
}

const probabilityTable = (entries: readonly (readonly [string, number])[]): HTMLElement =>
  make(
    'table',
    {},
    make('caption', { textContent: 'Probability of each class' }),
    ...entries.map(([name, value]) => {
      const bar = make('progress', { max: 1, value: Number.isNaN(value) ? 0 : value })
      bar.setAttribute('aria-hidden', 'true')
      const head = make('th', { textContent: name, scope: 'row' })
      return make(
        'tr',
        {},
        head,
        make('td', { className: 'bar' }, bar),
        make('td', { textContent: `${(value * 100).toFixed(2)} %` }),
      )
    }),
  )

const plainTable = (entries: readonly (readonly [string, unknown])[]): HTMLElement =>
  make(
    'table',
    {},
    make('caption', { textContent: 'All answers' }),
    ...entries.map(([name, value]) =>
      make('tr', {}, make('th', { textContent: name, scope: 'row' }), make('td', { textContent: wordsOf(value) })),
    ),
  )
