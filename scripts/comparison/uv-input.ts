import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { loadRequirements } from '../../src/formats/requirements/files.ts'
import type { Option, Statement } from '../../src/formats/requirements/parse.ts'
import type { RequirementsFile } from '../../src/formats/requirements/requirements-file.ts'
import { applyEdits, type Edit } from '../../src/text/edits.ts'
import { readTorchIndexUrl } from '../../src/torch/index-urls.ts'
import { linesByFile, type RequirementLine } from '../../src/torch/lines.ts'
import type { TorchpinSide } from './torchpin-side.ts'

/**
 * Writes the files as they were read, with those edits alone that put torchpin's question to uv: the torch family
 * without CUDA labels, CPU twins in the place of GPU packages, the lines of what has none gone, PyTorch's index lines gone
 * (uv is given the index), and lines that name a place left out, for their code would have to be run.
 *
 * @returns the lines that name a place
 */
export async function writeUvInput(
  { files, lines, choice }: TorchpinSide,
  { from, to, cpuIndexUrl }: { from: string; to: string; cpuIndexUrl: string },
): Promise<string[]> {
  const resolved = 'resolution' in choice ? choice : undefined
  const leftOut: string[] = []
  const linesOf = linesByFile(resolved?.lines ?? lines)
  for (const file of files) {
    const places = placesIn(file)
    leftOut.push(...places.map(({ text }) => text))
    const ofLines = linesOf(file).asked.flatMap(line => {
      if (line.removal) return [{ ...line.statement.span, text: '' }]
      const taken = resolved?.substitutions.find(other => other.line.where === line.where)?.taken
      return lineEdits(line, taken === undefined ? line.cpuRequirement.specifier.text : `==${taken.text}`)
    })
    const edits = [...places.map(({ span }) => ({ ...span, text: '' })), ...ofLines, ...indexEdits(file, cpuIndexUrl)]
    const path = join(to, relative(from, file.absolute))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, applyEdits(file.source, edits))
  }
  return leftOut
}

/**
 * Takes the lines that name a place out of files that were rewritten, so that installers need not run their code; and
 * all hashes, where something is stood in for, whose bytes are not those of the real file.
 */
export async function leaveOut(root: string, cwd: string, hashes: 'with hashes' | 'without'): Promise<void> {
  for (const file of await loadRequirements([root], { cwd })) {
    const hashed = file.statements.flatMap(statement =>
      statement.kind === 'requirement' && statement.hashes.length > 0 && hashes === 'without' ? [statement] : [],
    )
    const edits = [
      ...placesIn(file).map(({ span }) => ({ ...span, text: '' })),
      ...hashed.map(({ body, options }) => ({ start: body.end, end: options.at(-1)!.span.end, text: '' })),
    ]
    if (edits.length > 0) await writeFile(file.absolute, applyEdits(file.source, edits))
  }
}

function placesIn({ source, statements }: RequirementsFile): { span: Statement['span']; text: string }[] {
  return statements
    .filter(
      statement =>
        statement.kind === 'reference' || (statement.kind === 'requirement' && statement.requirement.url !== undefined),
    )
    .map(({ span }) => ({ span, text: source.slice(span.start, span.end).trim() }))
}

/** A line as torchpin asks it: with its specifier, and where that is another one, without the hashes of the old file. */
function lineEdits({ statement, requirement, cpuRequirement: cpu }: RequirementLine, specifier: string): Edit[] {
  if (statement.kind === 'unreadable') return [{ ...statement.repairable.specifierSpan, text: specifier }]
  const other = specifier !== requirement.specifier.text || cpu !== requirement
  const { name, extras, clauses = [] } = statement.at
  const last = statement.options.at(-1)
  return [
    ...(cpu.key !== requirement.key ? [{ start: name.start, end: (extras ?? name).end, text: twinText(cpu) }] : []),
    ...(other && clauses.length > 0
      ? [{ start: clauses[0]!.operator.start, end: clauses.at(-1)!.version.end, text: specifier }]
      : []),
    // uv knows no option but hashes on a requirement line; with the continuations before them, they go together.
    ...(last && (other || statement.options.some(({ name }) => name !== 'hash'))
      ? [{ start: statement.body.end, end: last.span.end, text: '' }]
      : []),
  ]
}

const twinText = ({ name, extras }: RequirementLine['cpuRequirement']): string =>
  `${name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}`

function indexEdits({ statements }: RequirementsFile, cpuIndexUrl: string): Edit[] {
  const isTorch = ({ value }: Option) => value !== undefined && readTorchIndexUrl(value, cpuIndexUrl) !== undefined
  return statements.flatMap(statement => {
    if (statement.kind !== 'option') return []
    if (statement.options.every(isTorch)) return [{ ...statement.span, text: '' }]
    return statement.options.filter(isTorch).map(({ span }) => ({ ...span, text: '' }))
  })
}
