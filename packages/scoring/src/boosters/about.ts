/** What LightGBM's or XGBoost's own file says of itself. */
export type BoosterAbout = {
  readonly library: string
  readonly version: string | null
  /** In the order of the columns; undefined where the file has none, or only numbers them. */
  readonly featureNames: readonly string[] | undefined
  readonly parameters: readonly { readonly name: string; readonly value: string }[]
}
