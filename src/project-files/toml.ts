import { printable } from '../text/terminal.ts'

/** A TOML document; undefined where the text is none. Most runs never come here, and start faster without the parser. */
export async function readToml(text: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { parse } = await import('smol-toml')
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

/** Where a text stops being TOML, 1-based, and why, safe to print; undefined where it is TOML. */
export async function tomlTrouble(text: string): Promise<{ line: number; column: number; why: string } | undefined> {
  const { parse, TomlError } = await import('smol-toml')
  try {
    parse(text)
    return undefined
  } catch (error) {
    // A text that is nested too deeply for the reader.
    if (!(error instanceof TomlError)) return { line: 1, column: 1, why: 'it cannot be read' }
    const [first = ''] = error.message.split('\n')
    return { line: error.line, column: error.column, why: printable(first.replace('Invalid TOML document: ', '')) }
  }
}

/** What a document has at the end of some keys; undefined where it has nothing there. */
export function valueAt(document: unknown, ...keys: readonly string[]): unknown {
  let value = document
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}
