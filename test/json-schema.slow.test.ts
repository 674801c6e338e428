import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { documents } from '../scripts/json-schema/documents.ts'
import { jsonSchemas } from '../scripts/json-schema/schemas.ts'

const root = resolve(import.meta.dirname, '..')

test('schema/*.json is what the types make (scripts/make-json-schemas.ts)', () => {
  const made = jsonSchemas(root)
  for (const { file } of documents)
    expect(JSON.parse(readFileSync(join(root, 'schema', file), 'utf8')), file).toEqual(made.get(file))
  expect(readdirSync(join(root, 'schema')).sort()).toEqual(['config.json', ...documents.map(({ file }) => file)].sort())
})
