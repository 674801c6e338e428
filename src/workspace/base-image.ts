import { commandsOf } from './script.ts'

/** A Python version, and the 1-based line that says it. */
export interface StatedPython {
  readonly python: string
  readonly line: number | undefined
}

/**
 * The Python of the image that a Dockerfile builds: of its last stage, through the stages that one starts from; where
 * those say nothing, of the last stage that does.
 */
export function pythonOfDockerfile(text: string): StatedPython | undefined {
  const defaults = new Map<string, string>()
  const stages = new Map<string, StatedPython | undefined>()
  let last: StatedPython | undefined
  let lastThatSays: StatedPython | undefined
  let stagesBegun = false
  for (const { text: instruction, lineOf } of commandsOf(text)) {
    // Only an ARG before the first stage can be part of an image's name.
    const given = /^\s*ARG\s+(.*)/i.exec(instruction)?.[1]
    if (given !== undefined && !stagesBegun) {
      for (const [, name, value] of given.matchAll(/\b(\w+)=("[^"]*"|'[^']*'|\S*)/g))
        defaults.set(name!, substitute(value!.replace(/^(["'])(.*)\1$/, '$2'), defaults))
    }
    const [, image, name] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(instruction) ?? []
    if (image === undefined) continue
    stagesBegun = true
    const from = substitute(image, defaults)
    const python = pythonOfImage(from)
    last = stages.has(from.toLowerCase())
      ? stages.get(from.toLowerCase())
      : python === undefined
        ? undefined
        : { python, line: lineOf(instruction.search(/\S/)) }
    lastThatSays = last ?? lastThatSays
    if (name !== undefined) stages.set(name.toLowerCase(), last)
  }
  return lastThatSays
}

/** Characters of a value that is put in; each ARG may have that of the one before in it twice. */
const LONGEST_VALUE = 1_000

/** `$NAME`, `${NAME}`, `${NAME:-value}`, `${NAME:+value}` as Docker has them; what has no value, or a very long one, is empty. */
function substitute(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::?([-+])([^}]{0,255}))?\})/g,
    (_, plain: string | undefined, braced: string, operator: string | undefined, word: string) => {
      const known = values.get(plain ?? braced) ?? ''
      const value = known.length > LONGEST_VALUE ? '' : known
      if (operator === '-') return value || word
      return operator === '+' ? value && word : value
    },
  )
}

/** A minor version and, unless it is a pre-release or a date, the patch behind it. */
const version = String.raw`3\.\d{1,2}(?!\d)(?:\.\d{1,2}(?![\w.]))?`
const pythonTag = new RegExp(`(?:^|[-_])(?:python-?)?(${version})`)
const otherTag = new RegExp(`(?:^|[-_])python-?(${version})|(?:^|[-_])py3(\\d{1,2})(?!\\w)`)

/**
 * `python:3.11-slim` of whichever registry, `uv:python3.12-bookworm`, `ubi9/python-311`, `ray:2.9.0-py310`. A tag like
 * `3` or `latest` names no version that stays.
 */
export function pythonOfImage(image: string): string | undefined {
  const [, name, tag = ''] = /(?:^|\/)([^/:@]+)(?::([^/@]*))?(?:@[^/]*)?$/.exec(image) ?? []
  const inName = /^python-3(\d{1,2})(?:-\D+)?$/.exec(name ?? '')?.[1]
  if (inName !== undefined) return `3.${inName}`
  if (name === 'python') return pythonTag.exec(tag)?.[1]
  const [, dotted, minor] = otherTag.exec(tag) ?? []
  return dotted ?? (minor === undefined ? undefined : `3.${minor}`)
}
