import { markerIn } from '../../packaging/marker.ts'
import type { Span } from '../../text/edits.ts'
import { positionAt } from '../../text/position.ts'
import type { IndexesInForce, IndexOption } from '../index-option.ts'
import { namesVariables } from './environment.ts'
import { effectiveIndexes, type SetOption } from './index-order.ts'
import type { Option, OptionName, OptionStatement, RequirementsDocument } from './parse.ts'
import type { RequirementsFile } from './requirements-file.ts'

/** Whether an option says where packages are. */
export function isIndexOption(name: OptionName): name is IndexOption['name'] {
  return name === 'index-url' || name === 'extra-index-url' || name === 'find-links'
}

/** An option that says where packages are, on a line of options. */
export interface WrittenIndexOption extends IndexOption {
  readonly statement: OptionStatement
  readonly option: Option
}

/** What tells an option from the others of its file: several may come out of one variable. */
export function keyOf({ at, name }: { readonly at: Span; readonly name: string }): string {
  return `${at.start} ${name}`
}

/** The options of a file that say where packages are, in its order. */
export function indexOptionsIn({ source, statements }: RequirementsDocument): WrittenIndexOption[] {
  return statements.flatMap(statement => {
    if (statement.kind !== 'option') return []
    const marked = markerBehind(source, statement)
    return statement.options.flatMap(option =>
      isIndexOption(option.name)
        ? {
            statement,
            option,
            at: option.span,
            line: positionAt(source, statement.span.start).line,
            name: option.name,
            value: option.value!,
            url: placeOf(option.value!),
            effective: option.effective,
            marked: marked?.option === option,
            usesEnvironment: statement.usesEnvironment,
          }
        : [],
    )
  })
}

const markerVariables =
  'os_name|sys_platform|platform_\\w+|python_version|python_full_version|implementation_\\w+|os\\.name|sys\\.platform'
const gluedMarker = new RegExp(`\\s*;\\s*(?:(?:${markerVariables})\\b.*)?$`, 's')

/** The place that an index option names, without a marker that is glued to it. Undefined: a variable in it has no value. */
export function placeOf(value: string): string | undefined {
  return namesVariables(value) ? undefined : value.replace(gluedMarker, '')
}

/**
 * Where the marker behind an index option begins, blanks in front of it included, and ends. It is none: pip drops what is
 * behind the URL without a word (or takes it for a part of it where nothing parts them), and uv refuses the line.
 */
export function markerBehind(
  source: string,
  { options, leftovers }: OptionStatement,
): { readonly option: Option; readonly start: number; readonly end: number } | undefined {
  const option = options.at(-1)
  if (!option?.valueSpan || !isIndexOption(option.name)) return undefined
  const { start } = option.valueSpan
  const end = Math.max(option.valueSpan.end, leftovers.at(-1)?.end ?? 0)
  const text = source.slice(start, end)
  const semicolon = text.indexOf(';')
  if (semicolon < 0 || !markerIn(text.slice(semicolon + 1))) return undefined
  return { option, start: start + text.slice(0, semicolon).trimEnd().length, end }
}

/**
 * What an installer's index list looks like after it has read a file and all that the file includes; places whose variable
 * has no value left out, which nobody can ask.
 */
export function indexesInForce(file: RequirementsFile, files: ReadonlyMap<string, RequirementsFile>): IndexesInForce {
  const { indexUrl, extraIndexUrls, findLinks, noIndex } = effectiveIndexes(file, files)
  const values = (options: readonly SetOption[]) => options.flatMap(({ value }) => placeOf(value) ?? [])
  return {
    indexUrl: indexUrl && placeOf(indexUrl.value),
    extraIndexUrls: values(extraIndexUrls),
    findLinks: values(findLinks),
    noIndex,
  }
}
