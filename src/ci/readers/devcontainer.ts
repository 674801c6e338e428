import { pythonOfImage } from '../../project-files/dockerfile/python.ts'
import { readYaml, type WrittenScalar } from '../../project-files/yaml-nodes.ts'
import type { Job, Machine, Script } from '../job.ts'
import { cudaOfImage, imageMayHoldTorch, ownImage } from '../machine.ts'
import type { SourceFile, SourceFiles } from '../source-files.ts'
import { yamlScript } from './yaml-script.ts'

const hooks = ['onCreateCommand', 'updateContentCommand', 'postCreateCommand', 'postStartCommand']

/**
 * The commands of a devcontainer.json, which is JSON with comments: YAML reads it once they are blanked. Where it runs is the
 * machine of whoever opens it, which may have a GPU; a container sees it only if it is asked for.
 */
export async function jobsOfDevcontainer(file: SourceFile, _: SourceFiles, machine: Machine): Promise<readonly Job[]> {
  const yaml = readYaml(withoutComments(file.text))
  if (!yaml) return []
  const { at, entries, items, root, scalarOf, textOf } = yaml
  const image = textOf(at(root, 'image'))
  const asksForGpu =
    textOf(at(root, 'hostRequirements', 'gpu')) ?? (/--gpus|nvidia/i.test(file.text) ? 'true' : 'false')
  const scripts = hooks.flatMap(hook => {
    const node = at(root, hook)
    const named = entries(node).map(([, value]) => value)
    return (named.length > 0 ? named : [node]).flatMap((value): Script[] => {
      if (items(value).length > 1) return [listScript(file, items(value).map(scalarOf)) ?? []].flat()
      const scalar = value === undefined ? undefined : scalarOf(value)
      const script = scalar && yamlScript(file.text, scalar)
      return script ? [{ ...script, file, values: new Map<string, string>(), folder: '/', conditional: false }] : []
    })
  })
  if (scripts.length === 0) return []
  const gpu = asksForGpu === 'false' ? 'no' : 'yes'
  return [
    {
      file,
      name: 'devcontainer',
      variants: [
        {
          machine: { ...machine, system: 'linux', gpu, name: 'the container' },
          python: image === undefined ? undefined : pythonOfImage(image),
          meansCuda: image === undefined ? undefined : cudaOfImage(image),
          mayHoldTorch: imageMayHoldTorch(image),
          ownImage: ownImage(image),
          scripts,
          count: 1,
        },
      ],
      caches: [],
      runsPerMonth: undefined,
    },
  ]
}

/** The strings of a list, to which no shell comes, as the words of a command; undefined where an item is anything else. */
function listScript(file: SourceFile, words: readonly (WrittenScalar | undefined)[]): Script | undefined {
  let text = ''
  const offsets: number[] = []
  for (const word of words) {
    if (!word || /['\\\n]/.test(word.value)) return undefined
    const written = `'${word.value}' `
    text += written
    for (let i = 0; i < written.length; i++) offsets.push(Math.min(word.start + i, word.end - 1))
  }
  const locked = 'it is a list of words, in which no other command can stand'
  const joined = { text, offsets: [...offsets, words.at(-1)!.end] }
  return { file, text: joined, addition: { by: 'and' }, locked, values: new Map(), folder: '/', conditional: false }
}

/** The same text with blanks in the place of comments, and of commas before a bracket. */
function withoutComments(text: string): string {
  const pieces = text.split('')
  const blank = (from: number, to: number) => {
    for (let i = from; i < to; i++) if (text[i] !== '\n' && text[i] !== '\r') pieces[i] = ' '
  }
  let comma: number | undefined
  for (let at = 0; at < text.length; ) {
    const end = endOfToken(text, at)
    const first = text[at]!
    if (first === '/' && end > at + 1) blank(at, end)
    else if (!/\s/.test(first)) {
      if (comma !== undefined && (first === '}' || first === ']')) blank(comma, comma + 1)
      comma = first === ',' ? at : undefined
    }
    at = end
  }
  return pieces.join('')
}

/** Behind the string, the comment or the character that begins here. */
function endOfToken(text: string, at: number): number {
  const behind = (mark: string) => {
    const found = text.indexOf(mark, at + 2)
    return found < 0 ? text.length : found + mark.length
  }
  if (text.startsWith('//', at)) return behind('\n')
  if (text.startsWith('/*', at)) return behind('*/')
  if (text[at] !== '"') return at + 1
  let end = at + 1
  while (end < text.length && text[end] !== '"' && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
  return Math.min(end + 1, text.length)
}
