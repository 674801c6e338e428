import type { Word } from './words.ts'

/** `NAME=value` before a command. */
export interface Assignment {
  readonly name: string
  /** Undefined where only a build can tell. */
  readonly value: string | undefined
}

/** A word as an assignment; in quotes from the start it is none. */
export function assignment({ value, lead, span, offsets }: Word): Assignment | undefined {
  const name = /^([A-Za-z_]\w*)=/.exec(lead)?.[1]
  if (name === undefined || (value !== undefined && offsets[0] !== span.start)) return undefined
  return { name, value: value?.slice(name.length + 1) }
}

/** The first words of a command that only run the rest as a command: `sudo -E`, `env A=1`, `conda run -n x`. */
export interface Prefix {
  readonly length: number
  /** What `sudo` and `env` set. */
  readonly assignments: readonly Assignment[]
}

/** Reads the prefix of a command, which may hold several programs: `sudo env A=1 nice`. */
export function prefixOf(words: readonly Word[]): Prefix {
  const assignments: Assignment[] = []
  let length = 0
  for (;;) {
    const options = optionsOf(words, length)
    if (options === undefined) return { length, assignments }
    length = options.end
    while (options.assigns && /^[A-Za-z_]\w*=/.test(words[length]?.value ?? '')) {
      const assigned = assignment(words[length]!)
      if (assigned) assignments.push(assigned)
      length++
    }
  }
}

/** Where the options of a program end that runs another one, and whether assignments may follow; undefined: it runs none. */
function optionsOf(words: readonly Word[], at: number): { readonly end: number; readonly assigns?: true } | undefined {
  const program = words[at]?.value?.replace(/^.*\//, '') ?? ''
  if (/^(?:exec|command|nohup|eatmydata)$/.test(program)) return { end: at + 1 }
  if (program === 'nice') return { end: optionsEnd(words, at + 1, /^-[ugnc]$/) }
  if (/^(?:sudo|env|ionice)$/.test(program)) return { end: optionsEnd(words, at + 1, /^-[ugnc]$/), assigns: true }
  if (words[at + 1]?.value !== 'run') return undefined
  if (program === 'poetry') return { end: at + 2 }
  if (!/^(?:conda|mamba|micromamba)$/.test(program)) return undefined
  return { end: optionsEnd(words, at + 2, /^(?:-n|-p|--name|--prefix|--cwd)$/) }
}

/** Behind the options from `start` on, of which some take the next word. */
function optionsEnd(words: readonly Word[], start: number, valued: RegExp): number {
  let at = start
  while (words[at]?.value?.startsWith('-')) at += valued.test(words[at]!.value!) ? 2 : 1
  return at
}
