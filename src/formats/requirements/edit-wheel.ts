import { withoutSecrets } from '../../text/secrets.ts'
import type { WheelSwitch } from '../decision.ts'
import type { Edited } from '../format.ts'
import type { ReferenceStatement, RequirementStatement } from './parse.ts'
import { lineAt } from './place.ts'

/** Another wheel at the URL of a line, with its hash where that is known. */
export function wheelSwitchEdits(
  source: string,
  statement: ReferenceStatement | RequirementStatement,
  { name, url, sha256, reason }: WheelSwitch,
): Edited {
  const place = statement.kind === 'reference' ? statement.at : statement.at.url!
  const own = statement.kind === 'reference' ? statement.target : statement.requirement.url!
  const { hashes } = statement
  // Where an option says the hash, the URL need not say it again.
  const isBare = sha256 === undefined || (hashes.length > 0 && !namesHash(own))
  const text = isBare ? url : `${url}#sha256=${sha256}`
  const start = statement.kind === 'requirement' ? statement.body.start : place.start
  const [first] = hashes
  const ofOptions =
    first && sha256 !== undefined
      ? [{ start: first.span.start, end: hashes.at(-1)!.span.end, text: `--hash=sha256:${sha256}` }]
      : []
  return {
    edits: [{ ...place, text }, ...ofOptions],
    changes: [
      {
        action: 'switch',
        line: lineAt(source, statement.span),
        name,
        from: withoutSecrets(source.slice(start, place.end)),
        to: withoutSecrets(source.slice(start, place.start) + text),
        reason,
      },
    ],
  }
}

/** Whether the fragment of a URL says the hash of the file. */
export function namesHash(url: string): boolean {
  const fragment = url.indexOf('#')
  return fragment >= 0 && /[#&]sha\d+=/.test(url.slice(fragment))
}
