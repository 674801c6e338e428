/** An archive that cannot be read on, in words that go behind its name: "is cut off in the middle of a file". */
export class Damage extends Error {
  constructor(problem: string, cause?: unknown) {
    super(problem, cause === undefined ? undefined : { cause })
    this.name = 'Damage'
  }
}
