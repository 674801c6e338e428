// Writes schema/config.json, the JSON Schema of torchpin.toml and [tool.torchpin]: node scripts/run.js scripts/make-config-schema.ts
import { mkdirSync, writeFileSync } from 'node:fs'
import { configSchema } from '../src/commands/config-schema.ts'
import { createProgram } from '../src/commands/program.ts'

mkdirSync('schema', { recursive: true })
writeFileSync('schema/config.json', `${JSON.stringify(configSchema(createProgram()), null, 2)}\n`)
