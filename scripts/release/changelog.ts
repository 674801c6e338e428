/**
 * What a section of CHANGELOG.md says: the text between its heading and the next, without blank lines around.
 *
 * @param title what the heading begins with: a version, or `Unreleased`
 * @returns undefined where there is no such section
 */
export function sectionOf(changelog: string, title: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1)
  const found = sections.find(section => section.split(/[\s\]]/, 1)[0]!.replace('[', '') === title)
  return found?.slice(found.indexOf('\n') + 1).trim()
}
