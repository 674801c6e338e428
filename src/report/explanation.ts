import type { ExplainResult, Explanation } from '../explain.ts'
import { jsonDocument } from './json-document.ts'
import { type Pen, penFor, type Style } from './pen.ts'
import { wrap } from './wrap.ts'

/** Columns of a text that is read and not scanned. */
const WIDEST = 100

/** The pages of codes for a terminal. */
export function explanationText(pages: readonly Explanation[], style: Style): string {
  const pen = penFor(style)
  return pages.map(page => pageText(page, pen)).join('\n')
}

/** All codes with a line each, family by family. */
export function codeList(pages: readonly Explanation[], style: Style): string {
  const pen = penFor(style)
  const longest = Math.max(...pages.map(({ code }) => code.length))
  return [...groupedByFamily(pages)]
    .map(([family, of]) => {
      const rows = of.map(
        ({ code, title }) => `  ${pen.paint('cyan', code)}${' '.repeat(longest - code.length)}  ${pen.show(title)}\n`,
      )
      return `${pen.paint('bold', family)}\n${rows.join('')}`
    })
    .join('\n')
}

/** The pages of codes as one JSON document. */
export function explanationJson(pages: readonly Explanation[], version: string): string {
  return jsonDocument({ schema: 1, version, pages } satisfies ExplainResult)
}

/** The page of a code as a file of documentation. */
export function explanationMarkdown({ code, title, why, fix, example, symptoms = [] }: Explanation): string {
  return [
    `# ${code}`,
    `${title}.`,
    why,
    `**What to do.** ${fix}`,
    ...(example === undefined ? [] : [`\`\`\`\n${example}\n\`\`\``]),
    ...(symptoms.length === 0 ? [] : [`Seen as:\n\n\`\`\`\n${symptoms.join('\n')}\n\`\`\``]),
  ]
    .join('\n\n')
    .concat('\n')
}

/** The page that lists all codes and leads to theirs. */
export function codeIndexMarkdown(pages: readonly Explanation[]): string {
  const tables = [...groupedByFamily(pages)].map(
    ([family, of]) =>
      `## ${family}\n\n| code | |\n| --- | --- |\n${of.map(({ code, title }) => `| [${code}](${code}.md) | ${title} |\n`).join('')}`,
  )
  return `# Codes\n\nWhat torchpin finds and says, by code. \`torchpin explain CODE\` prints the same page; it also takes an error\nmessage of pip, uv or Python: \`pip install -r requirements.txt 2>&1 | torchpin explain -\`.\n\n${tables.join('\n')}`
}

function groupedByFamily(pages: readonly Explanation[]): Map<string, Explanation[]> {
  const groups = new Map<string, Explanation[]>()
  for (const page of pages) groups.set(page.family, [...(groups.get(page.family) ?? []), page])
  return groups
}

function pageText({ code, title, why, fix, example, symptoms = [], here, symptom }: Explanation, pen: Pen): string {
  const { paint, show, width } = pen
  const paragraph = (text: string) => wrap(show(text), Math.min(width, WIDEST) - 2)
  return [
    `${paint('bold', code)}  ${show(title)}`,
    '',
    ...(here === undefined ? [] : [...paragraph(`Here: ${here}.`).map(line => paint('yellow', line)), '']),
    ...paragraph(why),
    '',
    ...paragraph(`What to do: ${fix}`),
    ...(example === undefined ? [] : ['', ...example.split('\n').map(line => `    ${paint('cyan', show(line))}`)]),
    // Who has just shown the message knows how it reads.
    ...(symptoms.length === 0 || symptom !== undefined
      ? []
      : ['', 'Seen as:', ...symptoms.map(symptom => `    ${paint('dim', show(symptom))}`)]),
  ]
    .map(line => `${line}\n`)
    .join('')
}
