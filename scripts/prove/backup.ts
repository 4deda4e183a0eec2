import { backUpUnderLoad } from '../../e2e/backup.ts'
import { environmentsWith } from '../../e2e/support/environments.ts'
import type { Product } from '../../e2e/support/product.ts'

/** Backs the whole product up while clients work with it, restores it into an empty folder, starts that and compares. */
const rows = 600_000

/** A large dataset, so that memory which grew with the data would show. */
const addLarge = async ({ client }: Product): Promise<void> => {
  const lines = function* () {
    const encoder = new TextEncoder()
    yield encoder.encode('a,b,c,d,e,f,g,h\n')
    for (let row = 0; row < rows; row++)
      yield encoder.encode(`${Array.from({ length: 8 }, (_, column) => Math.sin(row * 8 + column)).join(',')}\n`)
  }
  const csv = new Blob([...lines()])
  console.log(`a dataset of ${Math.round(csv.size / 2 ** 20)} MB is uploaded`)
  await client.upload('uploadDataset', { files: [{ name: 'large.csv', data: csv }] })
}

await environmentsWith('python-core')
const { acknowledged, answers, audit, brokenOff, bytes, lost, peakMb, refused, seconds } = await backUpUnderLoad(
  { warmMs: 20_000, more: addLarge },
  (line) => console.log(line.replaceAll(/\/tmp\/[\w-]+/g, '…')),
)
const refusals = Object.entries(refused).map(([name, count]) => `${name} ${count}`)
const claims = {
  'nothing that was acknowledged before the backup began is lost': lost.length === 0,
  'the restored platform answers the same rows the same': answers.before === answers.after,
  'its audit chain checks out, and ends with an entry of the original': audit.valid && audit.isOfTheOther,
  'nothing was refused while the backup was made': refusals.length === 0,
  'Ctrl-C leaves nothing, a kill what no restore takes':
    brokenOff.left.join() === 'killed.unfinished' && brokenOff.refusedAs.includes('no backup.json'),
}
console.log(`
acknowledged before: ${acknowledged.objects} objects, ${acknowledged.predictions} predictions
refused meanwhile: ${refusals.join(', ') || 'none'}
the backup: ${(bytes / 2 ** 20).toFixed(1)} MB in ${seconds.backup.toFixed(1)} s, at most ${peakMb.backup.toFixed(0)} MB of memory
restored in ${seconds.restore.toFixed(1)} s, at most ${peakMb.restore.toFixed(0)} MB of memory; started and answering after ${seconds.start.toFixed(1)} s
answers: ${answers.after}
audit: ${audit.entries} entries`)
for (const [claim, held] of Object.entries(claims)) console.log(`${held ? 'holds' : 'FAILS'}: ${claim}`)
for (const line of lost) console.log(`LOST ${line}`)
process.exitCode = Object.values(claims).every(Boolean) ? 0 : 1
