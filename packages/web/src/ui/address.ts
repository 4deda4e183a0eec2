import { useNavigate, useSearch } from '@tanstack/react-router'

/** What a page shows beyond its path; a link shows the same again. */
export type AddressKey =
  | 'actual'
  | 'below'
  | 'challenger'
  | 'column'
  | 'compare'
  | 'cursor'
  | 'feature'
  | 'file'
  | 'fold'
  | 'from'
  | 'insight'
  | 'job'
  | 'language'
  | 'least'
  | 'metric'
  | 'most'
  | 'package'
  | 'part'
  | 'predicted'
  | 'release'
  | 'row'
  | 'search'
  | 'sort'
  | 'status'
  | 'task'
  | 'threshold'
  | 'to'
  | 'value'
  | 'version'
  | 'view'
  | 'way'
  | 'with'

/** A choice that is kept in the address; `back` leads to the choice before when it opens something. */
export const useAddress = (
  key: AddressKey,
  { opens = false }: { readonly opens?: boolean } = {},
): readonly [string | undefined, (value: string | undefined) => void] => {
  const value = useSearch({ strict: false })[key]
  const navigate = useNavigate()
  const set = (next: string | undefined) =>
    void navigate({
      to: '.',
      search: (search: object) => ({ ...search, [key]: next }),
      replace: !opens,
      resetScroll: false,
    })
  return [value, set]
}
