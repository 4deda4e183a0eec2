/** Numbers of the Arrow columnar format (arrow.apache.org, "Columnar Format", with Message.fbs, Schema.fbs and File.fbs). */
export const metadataVersion = 4 // V5
export const header = { schema: 1, dictionary: 2, batch: 3 } as const
export const typeId = {
  null: 1,
  int: 2,
  float: 3,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  timestamp: 10,
  largeUtf8: 20,
} as const
export const typeNames: Readonly<Record<number, string>> = {
  4: 'binary',
  9: 'time',
  11: 'interval',
  12: 'list',
  13: 'struct',
  14: 'union',
  15: 'fixed-size binary',
  16: 'fixed-size list',
  17: 'map',
  18: 'duration',
  19: 'large binary',
  21: 'large list',
  22: 'run-end encoded',
  23: 'binary view',
  24: 'text view',
  25: 'list view',
  26: 'large list view',
}
/** Begins every message. */
export const continuation = 0xffffffff
/** Begins and ends a file, in which a stream lies after eight bytes. */
export const fileMagic = 'ARROW1'
export const microsecondUnit = 2
export const doublePrecision = 2
