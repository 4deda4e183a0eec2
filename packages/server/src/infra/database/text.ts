/** PostgreSQL's text holds every character but U+0000, and no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** The text with signs in place of what cannot be stored. */
export const storable = (text: string): string => text.replaceAll('\0', '␀').toWellFormed()
