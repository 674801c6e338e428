// Writes schema/config.json, the JSON Schema of torchpin.toml and [tool.torchpin], and docs/settings.md, who may give what:
// node scripts/run.js scripts/make-config-schema.ts
import { mkdirSync, writeFileSync } from 'node:fs'
import { configSchema } from '../src/commands/config-schema.ts'
import { createProgram } from '../src/commands/program.ts'
import { settingsPage } from '../src/commands/settings-page.ts'

mkdirSync('schema', { recursive: true })
writeFileSync('schema/config.json', `${JSON.stringify(configSchema(createProgram()), null, 2)}\n`)
writeFileSync('docs/settings.md', settingsPage(createProgram()))
