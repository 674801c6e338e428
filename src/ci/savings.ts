import type { CiCost, CiSavings } from '../contract/results/ci-check.ts'
import type { Problem } from './problem.ts'

/** What CPU builds would save in all; null where no bytes are known. */
export function savingsOf(problems: readonly Problem[]): CiSavings | null {
  const known = problems.flatMap(({ saved, runsPerMonth }) => (saved ? [{ saved, runsPerMonth }] : []))
  if (known.length === 0) return null
  const scheduled = known.flatMap(({ saved, runsPerMonth }) =>
    runsPerMonth === undefined ? [] : [times(saved, runsPerMonth)],
  )
  return {
    perRun: sum(known.map(({ saved }) => saved)),
    perMonth: scheduled.length > 0 ? sum(scheduled) : null,
  }
}

function sum(costs: readonly CiCost[]): CiCost {
  return costs.reduce((a, b) => ({
    download: a.download + b.download,
    installed: a.installed + b.installed,
    seconds: a.seconds + b.seconds,
  }))
}

function times({ download, installed, seconds }: CiCost, factor: number): CiCost {
  return { download: download * factor, installed: installed * factor, seconds: seconds * factor }
}
