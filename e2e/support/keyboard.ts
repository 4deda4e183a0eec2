import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** More than the keyboard has to pass on any page. */
const mostSteps = 300

/** What a node says of one that comes before it on the page (`Node.DOCUMENT_POSITION_PRECEDING`). */
const preceding = 2

/** What a person does who has no mouse; nothing is focused or filled in but by keys. */
export const keyboardOf = (page: Page) => {
  const { keyboard } = page

  /** Goes with Tab, or back with Shift and Tab, until this has the focus: which way round, its place on the page says. */
  const tabTo = async (wanted: Locator): Promise<void> => {
    for (let step = 0; step < mostSteps; step++) {
      const way = await wanted.evaluate((element, before) => {
        const focused = element.ownerDocument.activeElement
        if (focused === element) return 'there'
        return (focused?.compareDocumentPosition(element) ?? 0) & before ? 'Shift+Tab' : 'Tab'
      }, preceding)
      if (way === 'there') return
      await keyboard.press(way)
    }
    throw new Error(`Tab does not lead to ${String(wanted)}.`)
  }

  const press = async (wanted: Locator, key = 'Enter'): Promise<void> => {
    await tabTo(wanted)
    await keyboard.press(key)
  }

  const type = async (wanted: Locator, text: string): Promise<void> => {
    await tabTo(wanted)
    await keyboard.press('ControlOrMeta+a')
    await keyboard.type(text)
  }

  /** Opens a list and walks down to an option. */
  const choose = async (list: string, option: string): Promise<void> => {
    await tabTo(page.getByRole('combobox', { name: list, exact: true }))
    await keyboard.press('ArrowDown')
    const options = page.getByRole('option')
    await options.first().waitFor()
    const at = (await options.allInnerTexts()).indexOf(option)
    expect({ [list]: at >= 0 ? option : await options.allInnerTexts() }).toEqual({ [list]: option })
    const wanted = options.nth(at)
    for (let step = 0; step < mostSteps; step++) {
      if ((await wanted.getAttribute('data-combobox-selected')) !== null) break
      await keyboard.press('ArrowDown')
    }
    await keyboard.press('Enter')
    await options.first().waitFor({ state: 'detached' })
  }

  return { tabTo, press, type, choose, keyboard }
}
