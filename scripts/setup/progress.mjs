/**
 * Does one step of the set-up and says how long it took. On a terminal the line is replaced when the step ends.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const step = async (name, work) => {
  const started = performance.now()
  const terminal = process.stdout.isTTY
  process.stdout.write(terminal ? `  …  ${name}` : `${name} …\n`)
  const finish = (/** @type {string} */ sign, /** @type {string} */ word) => {
    const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`
    process.stdout.write(terminal ? `\r  ${sign}  ${name}  ${seconds}\n` : `${name}: ${word} ${seconds}\n`)
  }
  try {
    const result = await work()
    finish('✓', 'done in')
    return result
  } catch (error) {
    finish('✗', 'failed after')
    throw error
  }
}
