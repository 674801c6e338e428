import { TorchpinError } from '../contract/errors.ts'
import { networkTrouble } from './network-trouble.ts'
import type { PackageIndex } from './project-page.ts'

/** An index that a run goes on without if it cannot be reached. */
export interface SkippedIndex extends PackageIndex {
  /** Whether it could not be reached: what it has is then unknown, and not absent. */
  readonly unreached: boolean
}

/**
 * An extra index as pip takes it: pip goes on without one whose host is not known or refuses the connection. Other faults
 * end the run, because an index that answers badly is there, and what it has would be taken from elsewhere.
 *
 * @param onSkipped called once, with what went wrong
 * @returns an index whose `project` gives undefined once it could not be reached; other errors of the live index are thrown
 */
export function skippedIndex(live: PackageIndex, onSkipped: (cause: TorchpinError) => void): SkippedIndex {
  let unreached = false
  let answered = false
  return {
    ...live,
    get unreached() {
      return unreached
    },
    known(name) {
      const page = unreached ? undefined : live.known?.(name)
      answered ||= page !== undefined
      return page
    },
    async project(name) {
      if (unreached) return undefined
      try {
        const page = await live.project(name)
        answered = true
        return page
      } catch (error) {
        // Of an index that goes away during the run, some projects would be taken and others not.
        if (answered || !isNobodyThere(error)) throw error
        if (!unreached) onSkipped(error)
        unreached = true
        return undefined
      }
    },
  }
}

function isNobodyThere(error: unknown): error is TorchpinError {
  return error instanceof TorchpinError && networkTrouble(error.cause)?.kind === 'absent'
}
