import { expect, it } from 'vitest'
import {
  changesOf,
  deleteFile,
  draftOf,
  editOf,
  putFile,
  rebase,
  renameFile,
  type TaskDraft,
  typeText,
} from './draft.ts'

const file = (path: string) => ({ path, bytes: 1, sha256: '' })
const version = (id: string, ...paths: string[]) => ({ id, number: id, files: paths.map(file) })
const begun = draftOf(version('1.0', 'a.py', 'b.txt', 'c.txt'))

const changes = (draft: TaskDraft) => changesOf(draft).map(({ path, change }) => `${path} ${change}`)
const fields = (draft: TaskDraft) => {
  const { remove, rename } = editOf(draft).fields
  return { remove: JSON.parse(remove), rename: JSON.parse(rename), put: editOf(draft).files.map(({ name }) => name) }
}

it('changes nothing until something differs from what is saved', () => {
  expect(changes(begun)).toEqual([])
  const typed = typeText(begun, 'a.py', 'new', 'old')
  expect(changes(typed)).toEqual(['a.py changed'])
  expect(changes(typeText(typed, 'a.py', 'old', 'old'))).toEqual([])
})

it('says what is new, changed, renamed and deleted, and sends just that', async () => {
  let draft = putFile(begun, 'lib/new.py', { text: 'x = 1\n' })
  draft = renameFile(draft, 'b.txt', 'docs/b.txt')
  draft = deleteFile(draft, 'c.txt')
  draft = typeText(draft, 'a.py', 'changed', 'a')
  expect(changes(draft)).toEqual(['a.py changed', 'c.txt deleted', 'docs/b.txt renamed', 'lib/new.py new'])
  expect(fields(draft)).toEqual({
    remove: ['c.txt'],
    rename: { 'b.txt': 'docs/b.txt' },
    put: ['a.py', 'lib/new.py'],
  })
  expect(await editOf(draft).files[1]?.data.text()).toBe('x = 1\n')
})

it('sends a file that was renamed and changed under its new name alone', () => {
  const draft = typeText(renameFile(begun, 'b.txt', 'd.txt'), 'd.txt', 'changed', 'b')
  expect(fields(draft)).toEqual({ remove: ['b.txt'], rename: {}, put: ['d.txt'] })
})

it('replaces a deleted file by a new one of its name', () => {
  const draft = putFile(deleteFile(begun, 'c.txt'), 'c.txt', { text: '' })
  expect(fields(draft).put).toEqual(['c.txt'])
})

it('brings changes to another version and leaves the rest as it is there', () => {
  let draft = typeText(begun, 'a.py', 'mine', 'a')
  draft = renameFile(draft, 'b.txt', 'd.txt')
  draft = putFile(deleteFile(draft, 'c.txt'), 'new.txt', { text: 'new' })
  const onto = rebase(draft, version('2.0', 'a.py', 'b.txt', 'c.txt', 'theirs.txt'))
  expect(onto).toMatchObject({ base: '2.0', number: '2.0' })
  expect(onto.files.map(({ path }) => path)).toEqual(['a.py', 'd.txt', 'new.txt', 'theirs.txt'])
  expect(fields(onto)).toEqual({ remove: ['c.txt'], rename: { 'b.txt': 'd.txt' }, put: ['a.py', 'new.txt'] })
})

it('keeps what was typed into a file that others deleted, and what both made', () => {
  let draft = typeText(begun, 'a.py', 'mine', 'a')
  draft = putFile(draft, 'both.txt', { text: 'mine' })
  draft = renameFile(draft, 'b.txt', 'd.txt')
  const onto = rebase(draft, version('2.0', 'c.txt', 'both.txt'))
  expect(onto.files).toEqual([
    { path: 'a.py', text: 'mine' },
    { path: 'both.txt', from: 'both.txt', text: 'mine' },
    { path: 'c.txt', from: 'c.txt' },
  ])
})
