/** A file with its path in the folder that was picked; without the folder's own name. */
export type NamedFile = { readonly name: string; readonly data: File }

const ignored = /(^|\/)(__pycache__|\.git|\.ipynb_checkpoints|\.DS_Store|node_modules|\.venv)(\/|$)/

export const pickedFiles = (list: FileList | null): NamedFile[] =>
  [...(list ?? [])]
    .map((data) => ({
      name: data.webkitRelativePath === '' ? data.name : data.webkitRelativePath.split('/').slice(1).join('/'),
      data,
    }))
    .filter(({ name }) => !ignored.test(name))

/** The files that were dropped; a dropped folder is read with all that is in it. */
export const droppedFiles = async (transfer: DataTransfer): Promise<NamedFile[]> => {
  // Entries must be taken before the first await: the list is emptied when the event ends.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  const files = await Promise.all(entries.map((entry) => filesBelow(entry, entry.isDirectory)))
  return files.flat().filter(({ name }) => !ignored.test(name))
}

const filesBelow = async (entry: FileSystemEntry, isTop: boolean): Promise<NamedFile[]> => {
  if (entry.isFile) {
    const data = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    return [{ name: entry.name, data }]
  }
  const below = (await entriesOf(entry as FileSystemDirectoryEntry)).map((child) => filesBelow(child, false))
  const files = (await Promise.all(below)).flat()
  return isTop ? files : files.map(({ name, data }) => ({ name: `${entry.name}/${name}`, data }))
}

/** A reader gives a directory in pieces, and nothing when it is done. */
const entriesOf = async (directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> => {
  const reader = directory.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}
