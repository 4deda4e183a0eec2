import { servingError } from '../errors.ts'
import { mediaTypes, type TableFormat, tableFormatOf } from './formats.ts'

/** How a caller wants its answer; `columns` is JSON with a list for each column. */
export type AnswerForm = 'json' | 'columns' | TableFormat

type Wish = { readonly type: string; readonly quality: number; readonly parameters: ReadonlyMap<string, string> }

const wishesOf = (accept: string): Wish[] =>
  accept
    .split(',')
    .slice(0, 50)
    .map((part) => {
      const [type = '', ...rest] = part.split(';').map((each) => each.trim().toLowerCase())
      const parameters = new Map(rest.map((each) => each.split('=', 2) as [string, string]))
      const quality = Number(parameters.get('q') ?? 1)
      return { type, quality: Number.isNaN(quality) ? 0 : quality, parameters }
    })

const formOf = ({ type, parameters }: Wish): AnswerForm | undefined => {
  if (type === 'application/json') return parameters.get('layout') === 'columns' ? 'columns' : 'json'
  if (type === '*/*' || type === 'application/*') return 'json'
  return type === 'text/*' ? 'csv' : tableFormatOf(type)
}

/** The form of the answer that the header Accept asks for (RFC 9110, 12.5.1): the first of the best that there is. */
export const answerForm = (accept: string | undefined): AnswerForm => {
  if (accept === undefined || accept.trim() === '') return 'json'
  const wishes = wishesOf(accept)
    .map((wish) => ({ form: formOf(wish), quality: wish.quality }))
    .filter(({ form, quality }) => form !== undefined && quality > 0)
    .sort((one, other) => other.quality - one.quality)
  const [best] = wishes
  if (best?.form !== undefined) return best.form
  throw servingError('serving.accept', { accept: accept.slice(0, 200), known: Object.values(mediaTypes) })
}
