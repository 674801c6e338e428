import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** A line of a page that somebody may copy into a shell. */
export interface Documented {
  readonly page: string
  readonly command: string
}

/** Programs with which a line of a block without a language is a command, and not what one prints. */
const programs = /^(?:torchpin|npm|npx|node|docker|podman|kubectl|uvx?|pipx?|git|multi-gitter|pre-commit) /

/**
 * The commands of README.md and docs/*.md: each line of the blocks of shell, and of those without a language the lines that start a
 * program. Comments and the blanks before them are left out.
 */
export function documentedCommands(): readonly Documented[] {
  const pages = [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter(name => name.endsWith('.md'))
      .map(name => `docs/${name}`),
  ]
  return pages.sort().flatMap(page =>
    blocksOf(readFileSync(join(root, page), 'utf8')).flatMap(({ language, text }) =>
      text
        .replaceAll('\\\n', '')
        .split('\n')
        .map(line =>
          line
            .replace(/^\$ /, '')
            .replace(/(?:^|\s+)#(?:\s|!).*$/, '')
            .trim(),
        )
        .filter(line => line !== '' && (language !== '' || programs.test(line)))
        .map(command => ({ page, command })),
    ),
  )
}

/** The blocks of a page that may hold commands: of shell, or without a language. */
function blocksOf(page: string): readonly { readonly language: string; readonly text: string }[] {
  // Every fence is matched, so that the end of one is not taken for the start of another.
  return [...page.matchAll(/^ *```([^\n]*)\n(.*?)^ *```$/gms)]
    .map(([, language, text]) => ({ language: language!.trim(), text: text! }))
    .filter(({ language }) => ['', 'sh', 'bash', 'console'].includes(language))
}
