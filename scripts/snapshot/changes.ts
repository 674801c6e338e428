import type { Snapshot } from '../../src/package-index/snapshot/format.ts'

/** What differs between two snapshots, as a Markdown table: a row for each project with releases that came or went. */
export function changesInWords(before: Snapshot, after: Snapshot): string {
  const names = [...new Set([...Object.keys(before.projects), ...Object.keys(after.projects)])].sort()
  const rows = names.flatMap(name => {
    const [old, now] = [before, after].map(({ projects }) => Object.keys(projects[name] ?? {})) as [string[], string[]]
    const come = now.filter(version => !old.includes(version))
    const gone = old.filter(version => !now.includes(version))
    return come.length + gone.length === 0 ? [] : [`| ${name} | ${come.join(', ')} | ${gone.join(', ')} |`]
  })
  const head = `Collected ${before.collected}, now ${after.collected}.`
  if (rows.length === 0) return `${head} No release came or went.\n`
  return `${head}\n\n| project | new | gone |\n| --- | --- | --- |\n${rows.join('\n')}\n`
}
