import { useHotkeys } from '@mantine/hooks'

/** Ctrl S saves, also from within a field or an editor. */
export const useSaveKeys = (save: (() => void) | undefined): void =>
  useHotkeys([['mod+S', () => save?.(), { preventDefault: true }]], [], true)
