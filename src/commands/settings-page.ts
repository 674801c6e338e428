import type { Command } from 'commander'
import { commandsOf } from './command-tree.ts'
import { settingOf } from './config.ts'
import { type Setting, settingCalled } from './settings.ts'

/** docs/settings.md: who may give which setting, made from the flags of all commands and the table of `settings`. */
export function settingsPage(program: Command): string {
  const options = commandsOf(program).flatMap(({ options }) => options)
  const names = [...new Set(options.map(settingOf))].sort()
  const variables = new Map(
    options.flatMap(option => (option.envVar ? [[settingOf(option), option.envVar] as const] : [])),
  )
  const rules = [...new Set(names.map(settingCalled))]
  return `# Who may give a setting

A flag may always be given. What a repository says, in \`torchpin.toml\` or in \`[tool.torchpin]\` of \`pyproject.toml\`, may be
a stranger's: it starts no program, writes nothing outside, and reads nothing but the repository and the web. What it may
not say is an error that names the line, with exit code 2, and no warning: a run without the proof or the folder that
somebody relies on would look like one with it. A flag wins over a variable, and that over the repository.

| setting | the repository may say | for |
| --- | --- | --- |
${rules
  .map(rule =>
    row(
      rule,
      names.filter(name => settingCalled(name) === rule),
      variables,
    ),
  )
  .join('')}`
}

function row(
  { repository, because = '' }: Setting,
  names: readonly string[],
  variables: ReadonlyMap<string, string>,
): string {
  const shown = names.map(name => (variables.has(name) ? `\`${name}\` (or \`${variables.get(name)}\`)` : `\`${name}\``))
  return `| ${shown.join(', ')} | ${words[repository]} | ${because} |\n`
}

const words: Readonly<Record<Setting['repository'], string>> = {
  anything: 'anything',
  'a web address': 'an http or https address, without `${VARIABLES}`',
  'a folder in it': 'a folder of its own',
  nothing: '**nothing**',
}
