import type { Explanation } from '../contract/codes/codes.ts'
import type { ExplainResult } from '../contract/results/explain.ts'
import { type Formatter, formatterFor, type Style } from './formatter.ts'
import { jsonDocument } from './json-document.ts'
import { wrap } from './wrap.ts'

/** Columns of a text that is read and not scanned. */
const WIDEST = 100

/** The pages of codes for a terminal. If a message led to them, the first is printed in full and the others as a line each. */
export function explanationText(pages: readonly Explanation[], style: Style): string {
  const formatter = formatterFor(style)
  const [first, ...others] = pages
  if (first?.symptom === undefined) return pages.map(page => pageText(page, formatter)).join('\n')
  return answerText(first, formatter) + otherPages(others, formatter)
}

/** All codes with a line each, family by family. */
export function codeList(pages: readonly Explanation[], style: Style): string {
  const formatter = formatterFor(style)
  const longest = Math.max(...pages.map(({ code }) => code.length))
  return [...groupedByFamily(pages)]
    .map(([family, of]) => {
      const rows = of.map(
        ({ code, title }) =>
          `  ${formatter.paint('cyan', code)}${' '.repeat(longest - code.length)}  ${formatter.show(title)}\n`,
      )
      return `${formatter.paint('bold', family)}\n${rows.join('')}`
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

function pageText({ code, title, why, fix, example, symptoms = [] }: Explanation, formatter: Formatter): string {
  const { paint, show } = formatter
  return lines([
    `${paint('bold', code)}  ${show(title)}`,
    '',
    ...paragraph(why, formatter),
    '',
    ...whatToDo(fix, example, formatter),
    ...(symptoms.length === 0
      ? []
      : ['', 'Seen as:', ...symptoms.map(symptom => `    ${paint('dim', show(symptom))}`)]),
  ])
}

/** A reader with a failed install wants to know first what to do, and then why it failed. */
function answerText({ code, title, why, fix, example, here }: Explanation, formatter: Formatter): string {
  const { paint, show } = formatter
  return lines([
    `${paint('bold', code)}  ${show(title)}`,
    '',
    ...(here === undefined ? [] : [...paragraph(`Here: ${here}.`, formatter).map(line => paint('yellow', line)), '']),
    ...whatToDo(fix, example, formatter),
    '',
    ...paragraph(`Why: ${why}`, formatter),
  ])
}

function otherPages(pages: readonly Explanation[], formatter: Formatter): string {
  if (pages.length === 0) return ''
  const each = pages.map(
    ({ code, title }) => `  ${formatter.paint('cyan', `torchpin explain ${code}`)}  ${formatter.show(title)}`,
  )
  return lines(['', 'If it is not that:', ...each])
}

function whatToDo(fix: string, example: string | undefined, formatter: Formatter): string[] {
  return [
    ...paragraph(`What to do: ${fix}`, formatter),
    ...(example === undefined
      ? []
      : ['', ...example.split('\n').map(line => `    ${formatter.paint('cyan', formatter.show(line))}`)]),
  ]
}

const paragraph = (text: string, { show, width }: Formatter): string[] => wrap(show(text), Math.min(width, WIDEST) - 2)

const lines = (texts: readonly string[]): string => texts.map(line => `${line}\n`).join('')
