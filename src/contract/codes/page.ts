/** What there is to know about a code: of a finding, of an error, of a message that an installer prints. */
export interface CodePage {
  /** What it means, as one sentence without a full stop. */
  readonly title: string
  /** Why it matters, and where it comes from. */
  readonly why: string
  /** What to do. */
  readonly fix: string
  /** Lines that show it, or its cure. */
  readonly example?: string
  /** What other tools print in this case; `…` stands for anything. */
  readonly symptoms?: readonly string[]
}
