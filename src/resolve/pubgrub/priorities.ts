/** Conflicts after which it counts that a project is in them. */
const PATIENCE = 5

/** How the decision on a project stands to those on the others. */
type Trouble = 'culprit' | 'affected'

/**
 * Which packages are decided first. The order in which they come up counts, but for those that conflict again and again:
 * a project whose versions are often ruled out goes before the projects that rule them out, and these before the rest. (The
 * idea is uv's; without it the choice of a dependency that is decided early holds back the one that needs it by years.)
 */
export class Priorities {
  readonly #projectOf: (key: string) => string
  readonly #order = new Map<string, number>()
  readonly #counts = { culprit: new Map<string, number>(), affected: new Map<string, number>() }
  readonly #troubles = new Map<string, Trouble>()
  readonly #changed = new Set<string>()

  /** @param projectOf the project of a package: packages of one project do not conflict with each other, and go together */
  constructor(projectOf: (key: string) => string) {
    this.#projectOf = projectOf
  }

  /** Tells that something asks for a package. */
  seen(key: string): void {
    if (!this.#order.has(key)) this.#order.set(key, this.#order.size)
  }

  /** Tells that a version of one package is ruled out by what is decided of others. */
  conflict(affected: string, others: readonly string[]): void {
    const project = this.#projectOf(affected)
    const culprits = new Set(others.map(this.#projectOf).filter(other => other !== project))
    for (const culprit of culprits) this.#count(culprit, 'culprit')
    if (culprits.size > 0) this.#count(project, 'affected')
  }

  /** The projects whose place has changed since this was asked last. */
  takeChanged(): ReadonlySet<string> {
    const changed = new Set(this.#changed)
    this.#changed.clear()
    return changed
  }

  /** Less than zero where the first of two packages goes first, each with how many candidates it has left. */
  compare(a: string, choicesOfA: number, b: string, choicesOfB: number): number {
    return this.#rank(b, choicesOfB) - this.#rank(a, choicesOfA) || this.#place(a) - this.#place(b)
  }

  #rank(key: string, choices: number): number {
    if (choices <= 1) return 3
    if (this.#troubles.size === 0) return 0
    const trouble = this.#troubles.get(this.#projectOf(key))
    return trouble === 'affected' ? 2 : trouble === 'culprit' ? 1 : 0
  }

  #place(key: string): number {
    return this.#order.get(key) ?? 0
  }

  #count(project: string, trouble: Trouble): void {
    const counts = this.#counts[trouble]
    const count = (counts.get(project) ?? 0) + 1
    counts.set(project, count)
    // Who is affected stays so: else two projects would change places for ever.
    if (count !== PATIENCE || this.#troubles.get(project) === 'affected') return
    this.#troubles.set(project, trouble)
    this.#changed.add(project)
  }
}
