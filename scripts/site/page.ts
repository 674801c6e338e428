/** What typedoc reads in front of a page. */
interface FrontMatter {
  /** In the navigation. */
  readonly group?: string
  /** Pages below this one, as paths from it. */
  readonly children?: readonly string[]
}

/**
 * A page of Markdown as typedoc names and places it: by front matter, whose title is the heading of the page.
 *
 * @param text starts with a heading of the first level
 * @throws Error where it does not
 */
export function paged(text: string, front: FrontMatter): string {
  const [, title] = /^# (.+)\n/.exec(text) ?? []
  if (title === undefined) throw new Error(`A page that starts with no heading: ${text.slice(0, 80)}`)
  // JSON is YAML too.
  const lines = Object.entries({ title, ...front }).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
  return `---\n${lines.join('')}---\n${text}`
}
