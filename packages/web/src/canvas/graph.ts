/** What a canvas draws; blueprints and flows say it in these words. */
export type CanvasNode = {
  readonly id: string
  /** A source is where data enters: it is read, and cannot be edited. */
  readonly kind: 'source' | 'task'
  readonly title: string
  readonly subtitle: string
  /** What is wrong here, worst first, with its cure. */
  readonly problems: readonly CanvasProblem[]
}
export type CanvasProblem = {
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint?: string | undefined
}
export type CanvasEdge = {
  readonly id: string
  readonly from: string
  readonly to: string
  /** What flows here. */
  readonly label: string
}

/** Where something was dropped. */
export type DropPlace =
  | { readonly on: 'node'; readonly id: string }
  | { readonly on: 'edge'; readonly id: string }
  | { readonly on: 'canvas' }
