/** Counts as little bars; decoration beside numbers that say the same. */
export const Bars = ({ counts }: { readonly counts: readonly number[] }) => {
  const most = Math.max(1, ...counts)
  const width = 96 / Math.max(1, counts.length)
  return (
    <svg width={96} height={24} aria-hidden="true" style={{ display: 'block' }}>
      {counts.map((count, index) => {
        const height = (count / most) * 24
        return (
          <rect
            key={index}
            x={index * width}
            y={24 - height}
            width={Math.max(0.5, width - 0.5)}
            height={height}
            fill="var(--mantine-color-indigo-5)"
          />
        )
      })}
    </svg>
  )
}
