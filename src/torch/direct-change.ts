import { TorchpinError } from '../errors.ts'
import type { IndexFile } from '../package-index/project-page.ts'
import type { Edit, Span } from '../text/edits.ts'
import { withoutSecrets } from '../text/secrets.ts'
import type { Digests } from './hashes.ts'
import { cpuWheelOf, type DirectLine, placeSpan, urlOf } from './lines.ts'
import type { LineChange } from './pins.ts'
import { urlToWrite } from './url-to-write.ts'

/** The CPU wheel in the place of a line's wheel for GPUs, with its hash where that is known; undefined where the line stays. */
export function changeOfDirect(line: DirectLine, digests: Digests): LineChange | undefined {
  const cpu = cpuWheelOf(line)
  const place = placeSpan(line)
  if (!cpu || !place) return undefined
  const { file, lineNumber, project } = line
  const hash = hashOf(line, cpu.file, digests)
  // Where an option says the hash, the URL need not say it again.
  const bare = hash === undefined || (line.statement.hashes.length > 0 && !hasFragmentHash(line))
  const url = urlToWrite(cpu.file) + (bare ? '' : `#sha256=${hash}`)
  const start = bodyStart(line, place)
  return {
    edits: [{ ...place, text: url }, ...hashOptionEdits(line, hash)],
    changes: [
      {
        action: 'switch',
        line: lineNumber,
        name: project!,
        from: withoutSecrets(file.source.slice(start, place.end)),
        to: withoutSecrets(file.source.slice(start, place.start) + url),
        reason: 'the CPU build of the same release',
      },
    ],
  }
}

/** Whether a line says which bytes it takes, so that its CPU wheel has to say so too. */
export function isDirectHashed(line: DirectLine): boolean {
  return line.statement.hashes.length > 0 || hasFragmentHash(line)
}

function fragmentOf(url: string): string {
  const hash = url.indexOf('#')
  return hash < 0 ? '' : url.slice(hash)
}

function hasFragmentHash(line: DirectLine): boolean {
  return /[#&]sha\d+=/.test(fragmentOf(urlOf(line) ?? ''))
}

function hashOf(line: DirectLine, file: IndexFile, digests: Digests): string | undefined {
  const known = file.hashes['sha256'] ?? digests.get(file.url)
  if (known !== undefined || !isDirectHashed(line)) return known
  throw new TorchpinError(
    'INDEX_UNREADABLE',
    `${line.file.path}:${line.lineNumber} has a hash, and that of ${file.filename} is not to be had`,
    { hint: 'run again where the wheel can be fetched, or take the hash out of the line' },
  )
}

/** The `--hash` options of the line, which are of the other wheel. */
function hashOptionEdits({ statement }: DirectLine, hash: string | undefined): Edit[] {
  const [first] = statement.hashes
  if (!first || hash === undefined) return []
  return [{ start: first.span.start, end: statement.hashes.at(-1)!.span.end, text: `--hash=sha256:${hash}` }]
}

function bodyStart({ statement }: DirectLine, place: Span): number {
  return statement.kind === 'requirement' ? statement.body.start : place.start
}
