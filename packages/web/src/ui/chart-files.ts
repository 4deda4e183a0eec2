import { csvCell } from '@modelsmith/table'

/** What a chart shows, as numbers. */
export type ChartData = {
  readonly head: readonly string[]
  readonly rows: readonly (readonly (number | string | null)[])[]
}

/** The numbers as CSV with a header line; what is missing is empty. */
export const csvOf = ({ head, rows }: ChartData): string =>
  [head, ...rows].map((cells) => `${cells.map(cellOf).join(',')}\n`).join('')

const cellOf = (value: number | string | null): string =>
  typeof value === 'string' ? csvCell(value) : value === null ? '' : String(value)

/** A chart as a file of its own: with the colours that the page gives it, on the page's background. */
export const svgOf = (chart: SVGSVGElement): string => {
  const copy = chart.cloneNode(true) as SVGSVGElement
  const { color, fontFamily } = getComputedStyle(chart)
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.style.setProperty('color', color)
  copy.style.setProperty('font-family', fontFamily)
  copy.style.setProperty('background', getComputedStyle(document.body).backgroundColor)
  const page = getComputedStyle(document.documentElement)
  return copy.outerHTML.replace(/var\((--[\w-]+)\)/g, (whole, name: string) => page.getPropertyValue(name) || whole)
}

/** Twice as large as on the page: sharp in print, too. */
const pixelsPerPoint = 2

export const pngOf = async (chart: SVGSVGElement): Promise<Blob> => {
  const { width, height } = chart.getBoundingClientRect()
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgOf(chart))}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = width * pixelsPerPoint
  canvas.height = height * pixelsPerPoint
  const drawing = canvas.getContext('2d')
  if (drawing === null) throw new Error('This browser draws no picture.')
  drawing.fillStyle = getComputedStyle(document.body).backgroundColor
  drawing.fillRect(0, 0, canvas.width, canvas.height)
  drawing.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture could not be made.')) : resolve(blob))),
  )
}

/** Gives the browser a file to keep. */
export const saveFile = (name: string, content: Blob): void => {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
