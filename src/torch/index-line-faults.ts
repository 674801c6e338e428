import { parseMarker } from '../packaging/marker.ts'
import { namesVariables } from '../requirements/environment.ts'
import type { RequirementsFile } from '../requirements/files.ts'
import type { Option, OptionName, OptionStatement } from '../requirements/parse.ts'
import type { Diagnostic } from '../result.ts'
import { positionAt } from '../text/position.ts'
import { withoutSecrets } from '../text/secrets.ts'
import type { LineChange } from './pins.ts'

/** Options that say where packages are. */
const indexOptions: ReadonlySet<OptionName> = new Set(['index-url', 'extra-index-url', 'find-links'])

const markerVariables =
  'os_name|sys_platform|platform_\\w+|python_version|python_full_version|implementation_\\w+|os\\.name|sys\\.platform'
const gluedMarker = new RegExp(`\\s*;\\s*(?:(?:${markerVariables})\\b.*)?$`, 's')

/** The place that an index option names, without a marker that is glued to it. Undefined: a variable in it has no value. */
export function placeOf(value: string): string | undefined {
  return namesVariables(value) ? undefined : value.replace(gluedMarker, '')
}

/**
 * Takes away markers behind index lines. They are none: pip drops what is behind the URL without a word (or takes it for a
 * part of it where nothing parts them), and uv refuses the line.
 *
 * @param others what is changed in the file besides; lines among it are not changed twice
 */
export function takeMarkersOff(file: RequirementsFile, others: readonly LineChange[]): LineChange[] {
  const edits = others.flatMap(change => change.edits)
  return file.statements.flatMap((statement): LineChange[] => {
    const { start, end } = statement.span
    if (statement.kind !== 'option' || edits.some(edit => edit.start >= start && edit.end <= end)) return []
    const marked = markerBehind(file, statement)
    if (!marked) return []
    const written = (to: number) => withoutSecrets(file.source.slice(marked.option.span.start, to))
    return [
      {
        edits: [{ start: marked.start, end: marked.end, text: '' }],
        changes: [
          {
            action: 'switch',
            line: positionAt(file.source, start).line,
            name: marked.option.name,
            from: written(marked.end),
            to: written(marked.start),
            reason: 'what is behind an index is no marker: pip drops it, and uv refuses the line',
          },
        ],
      },
    ]
  })
}

/** Where the marker behind an index option begins, blanks in front of it included, and ends. */
export function markerBehind(
  { source }: RequirementsFile,
  { options, leftovers }: OptionStatement,
): { readonly option: Option; readonly start: number; readonly end: number } | undefined {
  const option = options.at(-1)
  if (!option?.valueSpan || !indexOptions.has(option.name)) return undefined
  const { start } = option.valueSpan
  const end = Math.max(option.valueSpan.end, leftovers.at(-1)?.end ?? 0)
  const text = source.slice(start, end)
  const semicolon = text.indexOf(';')
  if (semicolon < 0 || !isMarker(text.slice(semicolon + 1))) return undefined
  return { option, start: start + text.slice(0, semicolon).trimEnd().length, end }
}

function isMarker(text: string): boolean {
  try {
    parseMarker(text)
    return true
  } catch {
    return false
  }
}

/** What is to be told of lines that name an index and do nothing, or not what they seem to. */
export function ofIndexFaults(
  file: RequirementsFile,
  { installsWithUv }: { readonly installsWithUv: boolean },
): Diagnostic[] {
  return file.statements.flatMap((statement): Diagnostic[] => {
    if (statement.kind !== 'option') return []
    const named = statement.options.filter(({ name, effective }) => effective && indexOptions.has(name))
    const last = named.at(-1)
    if (!last) return []
    const at = { level: 'warning', line: positionAt(file.source, statement.span.start).line } as const
    const unset = named.flatMap(({ value = '' }) => [...value.matchAll(/\$\{([A-Z0-9_]+)\}/g)].map(([, name]) => name!))
    const told: Diagnostic[] = [...new Set(unset)].map(name => ({
      ...at,
      code: 'variable-not-set',
      message: `the variable ${name} is not set here, so what ${last.written} names is not read`,
      hint: `set ${name} as it is where the file is installed, and run again`,
    }))
    if (statement.leftovers.length > 0 && !markerBehind(file, statement))
      told.push({
        ...at,
        code: 'option-ignored',
        message: `pip drops what is behind the value of ${last.written}, and uv takes it for a part of it`,
        hint: 'give each index a line and an option of its own',
      })
    if (installsWithUv && file.role === 'constraints')
      told.push({
        ...at,
        code: 'index-in-constraints',
        message: `uv does not read ${last.written} in a file of constraints that another file names`,
        hint: 'put the line into the file that names this one',
      })
    return told
  })
}
