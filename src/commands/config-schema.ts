import type { Command, Option } from 'commander'
import { commandsOf } from './command-tree.ts'
import { choicesOf, isRepeatable, settableOptions, settingOf } from './config.ts'

/** The JSON Schema (2020-12) of what a repository may set, made from the flags of all commands. */
export function configSchema(program: Command): object {
  const options = settableOptions(commandsOf(program))
  const names = [...new Set(options.map(settingOf))].sort()
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of torchpin: torchpin.toml, or [tool.torchpin] of pyproject.toml',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      names.map(name => [name, schemaOf(options.filter(option => settingOf(option) === name))]),
    ),
  }
}

/** Commands may share a flag and differ in what it takes. */
function schemaOf(options: readonly Option[]): object {
  const [option] = options as [Option]
  const { description } = option
  if (!option.required && !option.optional) return { description, type: 'boolean' }
  const choices = choicesOf(options)
  const readsItself = option.parseArg && !option.argChoices && !isRepeatable(option)
  const one = { type: readsItself ? ['string', 'number'] : 'string', ...(choices.length > 0 ? { enum: choices } : {}) }
  const list = { type: 'array', items: one, minItems: 1 }
  return options.some(isRepeatable) ? { description, anyOf: [one, list] } : { description, ...one }
}
