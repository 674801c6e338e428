/** Applies a unified diff of one file by the letter, without git: every context line and every count must be true. */
export function applyPatch(before: string, patch: string): string {
  const old = before.split(/(?<=\n)/).filter(line => line !== '')
  const lines = patch.split(/(?<=\n)/).slice(2)
  const out: string[] = []
  let at = 0
  for (let i = 0; i < lines.length; ) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$/.exec(lines[i++]!)
    if (!header) throw new Error(`no hunk header: ${lines[i - 1]}`)
    const [start, removed, newStart, added] = header.slice(1).map(count => Number(count ?? 1)) as number[]
    const from = removed === 0 ? start! : start! - 1
    out.push(...old.slice(at, from))
    at = from
    if (out.length !== (added === 0 ? newStart! : newStart! - 1)) throw new Error('the new line number is wrong')
    const counts = { old: 0, new: 0 }
    while (i < lines.length && !lines[i]!.startsWith('@@')) {
      const sign = lines[i]![0]
      const open = lines[i + 1]?.startsWith('\\')
      const line = open ? lines[i]!.slice(1, -1) : lines[i]!.slice(1)
      i += open ? 2 : 1
      if (sign !== '+') {
        if (old[at++] !== line) throw new Error(`not in the file: ${line}`)
        counts.old++
      }
      if (sign !== '-') {
        out.push(line)
        counts.new++
      }
    }
    if (counts.old !== removed || counts.new !== added) throw new Error('the counts are wrong')
  }
  return [...out, ...old.slice(at)].join('')
}
