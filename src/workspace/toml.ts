/** A TOML document; undefined where the text is none. Most runs never come here, and start faster without the parser. */
export async function readToml(text: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { parse } = await import('smol-toml')
  try {
    return parse(text)
  } catch {
    return undefined
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
