import { printable } from '../../text/terminal.ts'

/** Columns of a comment. */
const WIDTH = 100

/** A comment, wrapped; what no line can break at stays whole. */
export function comment(text: string): string {
  const lines: string[] = []
  for (const word of oneLine(text).split(/ +/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length + 3 <= WIDTH) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map(line => `# ${line}`).join('\n')
}

/** Foreign text on one line: a line end in it would end a comment and begin an instruction. */
export function oneLine(text: string): string {
  return printable(text.replace(/\s/g, ' '))
}

/** A COPY of files or folders of the context. Paths with blanks need the form of a list. */
export function copy(sources: readonly string[], target: string): string {
  const words = [...sources.map(escaped), escaped(target)]
  return words.some(word => /[\s"'\\]/.test(word)) ? `COPY ${jsonForm(words)}` : `COPY ${words.join(' ')}`
}

/** Where COPY expands variables and wildcards. */
function escaped(path: string): string {
  return path.replace(/[*?[]/g, '[$&]').replace(/\$/g, '\\$')
}

/** The words of a command as CMD takes them without a shell. */
export function jsonForm(words: readonly string[]): string {
  return `[${words.map(word => JSON.stringify(word)).join(', ')}]`
}

/** ENV, one variable a line. */
export function environment(variables: Readonly<Record<string, string>>): string {
  const set = Object.entries(variables).map(([name, value]) =>
    /^[\w./:-]+$/.test(value) ? `${name}=${value}` : `${name}="${value}"`,
  )
  return `ENV ${set.join(' \\\n    ')}`
}

/** RUN with its mounts, each on a line of its own. */
export function run(command: string, ...mounts: readonly string[]): string {
  return ['RUN ', ...mounts.map(mount => `--mount=${mount} \\\n    `), command].join('')
}
