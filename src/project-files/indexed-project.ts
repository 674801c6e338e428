/** What a project asks for by a tool that binds packages to indexes in a way of its own. */
export interface IndexedProject {
  readonly needs: readonly IndexedNeed[]
}

export interface IndexedNeed {
  /** As written. */
  readonly name: string
  /** As the file of the tool writes it: `*`, `>=2.0`. */
  readonly version: string
  /** The index that it is bound to; undefined: it comes from any. */
  readonly indexUrl: string | undefined
  /** 1-based; undefined where it is not found. */
  readonly line: number | undefined
}
