// Writes schema/*.json, the JSON Schemas of what --format json prints: node scripts/run.js scripts/make-json-schemas.ts
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonSchemas } from './json-schema/schemas.ts'

mkdirSync('schema', { recursive: true })
for (const [file, schema] of jsonSchemas('.'))
  writeFileSync(join('schema', file), `${JSON.stringify(schema, null, 2)}\n`)
