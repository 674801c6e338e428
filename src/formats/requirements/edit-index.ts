import type { Edit } from '../../text/edits.ts'
import { isSlash, withoutEnd } from '../../text/ends.ts'
import { withoutSecrets } from '../../text/secrets.ts'
import type { IndexDecision, IndexSwitch } from '../decision.ts'
import type { Edited } from '../format.ts'
import { markerBehind, type WrittenIndexOption } from './index-options.ts'

/** What an index option becomes. */
export function indexEdits(source: string, index: WrittenIndexOption, decision: IndexDecision): Edited {
  const { statement, option, line, name } = index
  const { reason } = decision
  const written = (to: number) => withoutSecrets(source.slice(option.span.start, to))
  const from = written(option.span.end).trim()
  switch (decision.kind) {
    case 'remove-index': {
      const span = statement.options.length === 1 ? statement.span : option.span
      return { edits: [{ ...span, text: '' }], changes: [{ action: 'remove', line, name, from, to: '', reason }] }
    }
    case 'remove-marker': {
      const { start, end } = markerBehind(source, statement)!
      const change = { action: 'switch', line, name, from: written(end), to: written(start), reason } as const
      return { edits: [{ start, end, text: '' }], changes: [change] }
    }
    case 'switch-index': {
      const { edit, to } = switched(index, decision)
      const change = { action: 'switch', line, name, from, to, reason } as const
      return { edits: [edit, ...markerEdits(source, index)], changes: [change] }
    }
  }
}

function switched({ option }: WrittenIndexOption, { url, option: other }: IndexSwitch): { edit: Edit; to: string } {
  if (other !== undefined) return { edit: { ...option.span, text: `--${other} ${url}` }, to: `--${other} ${url}` }
  const slash = option.value?.endsWith('/') && !url.endsWith('/') ? '/' : ''
  const text = withoutEnd(url, isSlash) + slash
  return { edit: { ...(option.valueSpan ?? option.span), text }, to: `${option.written} ${url}${slash}` }
}

/** Takes away a marker behind an option whose value is written anew. */
function markerEdits(source: string, { statement, option, marked }: WrittenIndexOption): Edit[] {
  const { end } = (marked && markerBehind(source, statement)) || option.span
  return end > option.span.end ? [{ start: option.span.end, end, text: '' }] : []
}
