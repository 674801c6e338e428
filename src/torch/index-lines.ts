import type { RequirementsFile } from '../requirements/files.ts'
import { effectiveIndexes, type SetOption } from '../requirements/index-order.ts'
import type { Option, OptionStatement } from '../requirements/parse.ts'
import type { Edit } from '../text/edits.ts'
import { positionAt } from '../text/position.ts'
import { withoutSecrets } from '../text/secrets.ts'
import { torchFamily } from './family.ts'
import { markerBehind, placeOf } from './index-line-faults.ts'
import { type IndexesInForce, type IndexStyle, type IndexStyleName, indexStyles, page } from './index-styles.ts'
import { readTorchIndexUrl, sameIndex, switchesMainIndex, withoutSlash } from './index-urls.ts'
import type { LineChange } from './pins.ts'
import { cpuSideIndex } from './side-indexes.ts'

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

/**
 * Turns the lines that name a CUDA build's index into the CPU index: `…/whl/cu118`, the frozen `torch_stable.html`,
 * find-links pages of an accelerator. A line that would name the index a second time goes, and so does one that the style
 * has no use for.
 */
export function switchIndexLines(file: RequirementsFile, cpuIndexUrl: string, style: IndexStyleName): LineChange[] {
  if (style === 'none') return []
  const { replaces }: IndexStyle = indexStyles[style]
  const changes: LineChange[] = []
  const isCpuIndex = (option: Option) =>
    option.name === 'extra-index-url' &&
    option.effective &&
    option.value !== undefined &&
    sameIndex(placeOf(option.value) ?? '', cpuIndexUrl)
  let named = file.statements.some(statement => statement.kind === 'option' && statement.options.some(isCpuIndex))
  for (const statement of file.statements) {
    if (statement.kind !== 'option') continue
    for (const option of statement.options) {
      const url = option.effective && option.value ? placeOf(option.value) : undefined
      const kind = url === undefined ? undefined : readTorchIndexUrl(url, cpuIndexUrl)?.kind
      const accelerated = kind === 'accelerator' || kind === 'mixed'
      if (option.name === 'index-url' && url !== undefined && switchesMainIndex(url, cpuIndexUrl)) {
        changes.push(revalued(file, statement, option, cpuIndexUrl))
        continue
      }
      const extra =
        option.name === 'extra-index-url' &&
        (accelerated || kind === 'stable-page' || (kind === 'cpu' && replaces.includes('extra-index-url')))
      const links =
        option.name === 'find-links' &&
        (kind === 'accelerator' ||
          kind === 'stable-page' ||
          (kind === 'cpu' && replaces.includes('find-links')) ||
          (style === 'direct-url' && isCpuPage(option, cpuIndexUrl)))
      if (!extra && !links) continue
      const useless = kind === 'cpu' || kind === undefined ? 'the CPU wheels are named in another way' : undefined
      if (style !== 'extra-index-url' || named) changes.push(dropped(file, statement, option, useless))
      else if (extra) changes.push(revalued(file, statement, option, cpuIndexUrl))
      else changes.push(restated(file, statement, option, `--extra-index-url ${cpuIndexUrl}`))
      named = true
    }
  }
  return changes
}

/**
 * Leads links to other projects' own wheels to those for CPU and for the torch that is installed.
 *
 * @param torch its public release; undefined: none is installed
 */
export function moveSideIndexes(file: RequirementsFile, torch: string | undefined): LineChange[] {
  return sideIndexesOf(file, torch).map(({ statement, option, moved: { url, projects } }) => {
    const reason = `${projects.join(', ')} for CPU${torch ? ` and torch ${torch}` : ''}`
    return revalued(file, statement, option, url, reason)
  })
}

/** The options that lead to other projects' own wheels for an accelerator or another torch, and where they have to lead. */
export function sideIndexesOf(file: RequirementsFile, torch: string | undefined) {
  return file.statements.flatMap(statement => {
    // A line with a variable in it says that somebody else decides.
    if (statement.kind !== 'option' || statement.usesEnvironment) return []
    return statement.options.flatMap(option => {
      const moved = option.value === undefined ? undefined : cpuSideIndex(option.value, torch)
      return moved ? [{ statement, option, moved }] : []
    })
  })
}

/** Whether an option names the page of a project on the CPU index, as torchpin itself writes it. */
function isCpuPage({ value }: Option, cpuIndexUrl: string): boolean {
  return value !== undefined && [...torchFamily].some(project => sameIndex(value, page(cpuIndexUrl, project)))
}

const cpuReason = 'the CPU builds are on their own index'

function revalued(
  file: RequirementsFile,
  statement: OptionStatement,
  option: Option,
  url: string,
  reason = cpuReason,
): LineChange {
  const span = option.valueSpan ?? option.span
  const slash = option.value?.endsWith('/') && !url.endsWith('/') ? '/' : ''
  return changed(
    file,
    statement,
    option,
    [{ ...span, text: withoutSlash(url) + slash }, ...markerEdits(file, statement, option)],
    `${option.written} ${url}${slash}`,
    reason,
  )
}

function restated(file: RequirementsFile, statement: OptionStatement, option: Option, line: string): LineChange {
  const edits = [{ ...option.span, text: line }, ...markerEdits(file, statement, option)]
  return changed(file, statement, option, edits, line)
}

/** Takes away a marker behind an option whose value is written anew. */
function markerEdits(file: RequirementsFile, statement: OptionStatement, option: Option): Edit[] {
  const marked = markerBehind(file, statement)
  return marked?.option === option && marked.end > option.span.end
    ? [{ start: option.span.end, end: marked.end, text: '' }]
    : []
}

function dropped(
  file: RequirementsFile,
  statement: OptionStatement,
  option: Option,
  reason = 'it leads to CUDA builds',
): LineChange {
  const whole = statement.options.length === 1
  return {
    edits: [{ ...(whole ? statement.span : option.span), text: '' }],
    changes: [
      {
        action: 'remove',
        line: positionAt(file.source, statement.span.start).line,
        name: option.name,
        from: withoutSecrets(file.source.slice(option.span.start, option.span.end).trim()),
        to: '',
        reason,
      },
    ],
  }
}

function changed(
  file: RequirementsFile,
  statement: OptionStatement,
  option: Option,
  edits: readonly Edit[],
  to: string,
  reason = cpuReason,
): LineChange {
  const from = withoutSecrets(file.source.slice(option.span.start, option.span.end).trim())
  return {
    edits,
    changes: [
      {
        action: 'switch',
        line: positionAt(file.source, statement.span.start).line,
        name: option.name,
        from,
        to,
        reason: markerBehind(file, statement)?.option === option ? `${reason}, and an index takes no marker` : reason,
      },
    ],
  }
}
