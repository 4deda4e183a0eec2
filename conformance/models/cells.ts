const endOfCell = /[,\r\n]/g

/** The cells of a CSV text as Python's csv module wrote it: quotes only where needed, doubled inside. */
export const csvCells = (text: string): readonly (readonly string[])[] => {
  const records: string[][] = []
  let record: string[] = []
  let position = 0
  while (position < text.length) {
    let cell = ''
    if (text[position] === '"') {
      for (;;) {
        const quote = text.indexOf('"', position + 1)
        if (quote < 0) throw new Error('A quote is never closed.')
        cell += text.slice(position + 1, quote)
        position = quote + 1
        if (text[position] !== '"') break
        cell += '"'
      }
    } else {
      endOfCell.lastIndex = position
      const end = endOfCell.exec(text)?.index ?? text.length
      cell = text.slice(position, end)
      position = end
    }
    record.push(cell)
    if (text[position] === ',') {
      position++
      if (position < text.length) continue
      record.push('')
    }
    if (text[position] === '\r') position++
    if (text[position] === '\n') position++
    records.push(record)
    record = []
  }
  return records
}

export const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
