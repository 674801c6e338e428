import { parse, TomlError } from 'smol-toml'
import { TorchpinError } from '../../../contract/errors.ts'
import { type ScriptBlock, scriptBlockIn } from '../../../packaging/script-metadata.ts'
import type { Span } from '../../../text/edits.ts'
import { positionAt } from '../../../text/position.ts'
import { saysKeep } from '../../format.ts'
import type { ProjectSource, ProjectSyntax } from '../../project-manifest.ts'
import { readDocument } from '../toml-document.ts'
import { type Definition, isBelow, type PlacedDocument, pairsOf } from '../toml-places.ts'

/** The TOML of a file, with its places in the file. */
export interface ProjectDocument extends PlacedDocument {
  readonly syntax: ProjectSyntax
  /** Set for a script: the comment that has the TOML. */
  readonly block: ScriptBlock | undefined
  /** A span of the TOML as one of the file. */
  inFile(span: Span): Span
  /** The line of the file on which a span of the TOML begins, 1-based. */
  lineOf(span: Span): number
  /** Whether the line on which a span of the TOML ends says `# torchpin: keep`. */
  isKept(span: Span): boolean
}

/**
 * Reads the TOML of a file.
 * @param source the text of a pyproject.toml or of a script
 * @param syntax undefined: that of a pyproject.toml, which is Poetry's where it speaks to Poetry and not to uv
 * @throws TorchpinError FILE_UNREADABLE where it is no TOML, or a script has no metadata
 */
export function readProjectDocument(source: string, syntax: ProjectSyntax | undefined, path: string): ProjectDocument {
  const block = syntax === 'script' ? scriptBlockIn(source) : undefined
  if (syntax === 'script' && !block)
    throw new TorchpinError('FILE_UNREADABLE', `${path} has no metadata`, {
      hint: 'a script states what it needs in a comment from `# /// script` to `# ///`',
    })
  const text = block?.text ?? source
  refuseOther(text, path, line => (block ? positionAt(source, block.lines[line - 1]!.inScript).line : line))
  const document = readDocument(text)
  const inFile = (span: Span) => (block ? { start: inScript(block, span.start), end: inScript(block, span.end) } : span)
  const lineOf = (span: Span) => positionAt(source, inFile(span).start).line
  const kept = new Set(
    document.comments.filter(({ start, end }) => saysKeep(text.slice(start, end))).map(span => lineOf(span)),
  )
  const pairs = pairsOf(document)
  return {
    document,
    pairs,
    syntax: syntax ?? syntaxOf({ document, pairs }),
    block,
    inFile,
    lineOf,
    isKept: ({ end }) => kept.size > 0 && kept.has(lineOf({ start: end, end })),
  }
}

function syntaxOf({ document, pairs }: PlacedDocument): 'uv' | 'poetry' {
  const paths = [...document.blocks, ...pairs].map(({ path }) => path)
  const has = (tool: string) => paths.some(path => isBelow(path, ['tool', tool]))
  return has('poetry') && !has('uv') ? 'poetry' : 'uv'
}

/** What the parser shows of the text is not told: the file may be a link to one of somebody else. */
function refuseOther(text: string, path: string, lineOf: (line: number) => number): void {
  try {
    parse(text, { integersAsBigInt: 'asNeeded' })
  } catch (error) {
    const [problem] = error instanceof Error ? error.message.split('\n') : [String(error)]
    const place = error instanceof TomlError ? `, line ${lineOf(error.line)}` : ''
    throw new TorchpinError('FILE_UNREADABLE', `${path} is no TOML: ${problem}${place}`)
  }
}

function inScript({ lines }: ScriptBlock, offset: number): number {
  let low = 0
  let high = lines.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (lines[middle]!.inText <= offset) low = middle
    else high = middle - 1
  }
  const { inText, inScript } = lines[low]!
  return inScript + offset - inText
}

/** Where a definition stands first, and whether one of its lines says `# torchpin: keep`. */
export function placesOf(
  document: ProjectDocument,
  { pairs, blocks }: Definition,
): Pick<ProjectSource, 'at' | 'line' | 'ignoredByComment'> {
  const spans = [
    ...pairs.map(({ pair }) => pair.span),
    ...blocks.flatMap(({ header, pairs }) => [header!, ...pairs.map(({ span }) => span)]),
  ].sort((a, b) => a.start - b.start)
  return {
    at: document.inFile(spans[0]!),
    line: document.lineOf(spans[0]!),
    ignoredByComment: spans.some(document.isKept),
  }
}
