import type { Joined } from '../../project-files/shell/joined.ts'
import type { WrittenScalar } from '../../project-files/yaml-nodes.ts'
import { joinedScalar } from '../../project-files/yaml-scalars.ts'
import { onceForEachObject } from '../../text/memo.ts'
import type { Addition } from '../job.ts'
import type { SourceFile } from '../source-files.ts'

/** A scalar of YAML as a script. */
export interface YamlScript {
  readonly text: Joined
  readonly addition: Addition
  readonly locked?: string
}

/** The scripts of a file by the places of their scalars: each combination of a matrix asks for the same ones. */
const scriptsOf = onceForEachObject((_: SourceFile) => new Map<number, YamlScript | undefined>())

/** What {@link yamlScript} makes of a scalar of a file, worked out once. */
export function scriptIn(file: SourceFile, scalar: WrittenScalar, isItem = false): YamlScript | undefined {
  const scripts = scriptsOf(file)
  if (!scripts.has(scalar.start)) scripts.set(scalar.start, yamlScript(file.text, scalar, isItem))
  return scripts.get(scalar.start)
}

/**
 * A scalar as a script; undefined where its text cannot be told from the document.
 * @param isItem it is an item of a list of commands, so that a command may be put before it as an item
 */
export function yamlScript(source: string, scalar: WrittenScalar, isItem = false): YamlScript | undefined {
  const text = joinedScalar(source, scalar)
  if (!text) return undefined
  const addition = additionAt(source, scalar, isItem)
  return scalar.isShared
    ? { text, addition, locked: 'an alias of YAML stands for it in another place too' }
    : { text, addition }
}

function additionAt(source: string, { start, end, style, inFlow }: WrittenScalar, isItem: boolean): Addition {
  if (style === 'literal') return { by: 'line' }
  const lineStart = source.lastIndexOf('\n', start - 1) + 1
  const before = source.slice(lineStart, start)
  const isOneLine = !/[\r\n]/.test(source.slice(start, end))
  if (inFlow || !isOneLine || style === 'folded') return { by: 'and' }
  if (isItem && /^[ \t]*-[ \t]+$/.test(before)) return { by: 'item', lineStart, lead: before }
  const key = /^((?: |- )*)[\w-]+:[ \t]+$/.exec(before)?.[1]
  return style === 'plain' && key !== undefined
    ? { by: 'block', scalar: { start, end }, indentation: ' '.repeat(key.length + 2) }
    : { by: 'and' }
}
