import type { Change } from '../../contract/results/rewrite.ts'
import type { Edit } from '../../text/edits.ts'
import type { Decision, Gain } from '../decision.ts'
import type { Edited } from '../format.ts'
import { statementsLeft } from './as-decided.ts'
import { hashWords } from './edit-line.ts'
import type { RequirementsDocument } from './parse.ts'
import { isGain, lineAt, linesAt, placeOfGains } from './place.ts'

/**
 * The lines that a file gains, all at one place.
 *
 * @param edits what other decisions come to
 */
export function insertion(
  document: RequirementsDocument,
  decisions: readonly Decision[],
  edits: readonly Edit[],
): Edited {
  const gains = decisions.filter(isGain)
  const at = placeOfGains(document.source, statementsLeft(document, decisions), gains)
  const line = lineAt(document.source, { start: firstLeft(at, edits), end: at })
  return {
    edits: [linesAt(document.source, at, gains.map(writtenGain))],
    changes: gains.map(gain => changeOf(gain, line)),
  }
}

function changeOf(gain: Gain, line: number): Change {
  const [action, name] = gain.kind === 'add' ? (['add', gain.project] as const) : (['inject', 'torch'] as const)
  return { action, line, name, from: '', to: writtenGain(gain), reason: gain.reason }
}

function writtenGain(gain: Gain): string {
  if (gain.kind === 'name-index') return `--${gain.option} ${gain.url}`
  const { project, pin, comment } = gain
  const { version, url, marker } = pin
  const requirement = `${project}${url === undefined ? `==${version}` : ` @ ${url}`}${marker ? ` ; ${marker}` : ''}`
  return pin.hashes.length > 0 ? [requirement, ...hashWords(pin)].join(' ') : `${requirement}  # ${comment}`
}

/** What is at an offset once others have gone: the offset behind all that is taken away from there on. */
function firstLeft(at: number, edits: readonly Edit[]): number {
  const next = edits.find(({ start, end, text }) => start === at && end > at && text === '')
  return next ? firstLeft(next.end, edits) : at
}
