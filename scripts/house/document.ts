import { arrows } from './imports.ts'
import { rooms } from './rooms.ts'

/** Documents that show the rooms, each with what remakes its text from the code as it is now. */
export const documents: Readonly<Record<string, (text: string) => string>> = {
  'CONTRIBUTING.md': text => within(within(text, 'rooms', table()), 'way', picture()),
}

/** What stands between `<!-- NAME -->` and `<!-- /NAME -->` is generated. @throws Error where the marks are not there */
function within(text: string, name: string, generated: string): string {
  const parts = text.split(new RegExp(`(?<=<!-- ${name} -->\\n)[^]*(?=<!-- /${name} -->)`))
  if (parts.length !== 2) throw new Error(`the document has no place for: ${name}`)
  return parts.join(generated)
}

function table(): string {
  const rows = rooms.map(({ path, what }) => `| \`${path.endsWith('.ts') ? path : `${path}/`}\` | ${what} |`)
  return ['| room of `src/` | what it is |', '| --- | --- |', ...rows, ''].join('\n')
}

/** Mermaid: who imports whom, without the arrows that follow from others, and without what everybody imports. */
function picture(): string {
  const all = arrows()
  const everywhere = new Set(['text', 'contract', 'files'])
  const shown = [...all.keys()].filter(room => !everywhere.has(room))
  const lines = shown.flatMap(from => {
    const to = [...all.get(from)!].filter(room => !everywhere.has(room))
    return to
      .filter(room => !to.some(other => other !== room && leadsTo(other, room, all)))
      .map(room => `  ${idOf(from)}[${from}] --> ${idOf(room)}[${room}]`)
  })
  return ['```mermaid', 'graph TD', ...lines, '```', ''].join('\n')
}

function idOf(room: string): string {
  return room.replaceAll(/[^a-z]/g, '_')
}

function leadsTo(from: string, to: string, all: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  return [...all.get(from)!].some(next => next === to || leadsTo(next, to, all))
}
