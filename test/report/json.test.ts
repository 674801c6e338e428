import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RewriteResult } from '../../src/contract/results/rewrite.ts'
import { jsonReport } from '../../src/report/rewrite/json.ts'
import { arbitraryResult } from './arbitrary-result.ts'
import { sample } from './sample.ts'

/** The keys of a value in the order they stand, those of arrays from their first element. */
function keysOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? [keysOf(value[0])] : []
  if (value === null || typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]))
}

/** The same value with the keys of every object turned round. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([key, inner]) => [key, reversed(inner)] as const)
  return Object.fromEntries(entries.reverse()) as T
}

describe('jsonReport', () => {
  test('keys, in their order', () => {
    expect(JSON.stringify(keysOf(JSON.parse(jsonReport(sample))), null, 1)).toMatchInlineSnapshot(`
      "{
       "schema": "number",
       "version": "string",
       "target": {
        "python": [
         "string"
        ],
        "platforms": [
         "string"
        ],
        "source": "string"
       },
       "index": {
        "url": "string",
        "origin": "string"
       },
       "files": [
        {
         "path": "string",
         "changed": "boolean",
         "diff": "string",
         "changes": [
          {
           "action": "string",
           "line": "number",
           "name": "string",
           "from": "string",
           "to": "string",
           "reason": "string"
          }
         ],
         "diagnostics": [
          {
           "code": "string",
           "level": "string",
           "line": "number",
           "message": "string",
           "hint": "string"
          }
         ]
        }
       ],
       "savings": {
        "before": {
         "packages": "number",
         "download": "number",
         "installed": "number",
         "exact": "boolean"
        },
        "after": {
         "packages": "number",
         "download": "number",
         "installed": "number",
         "exact": "boolean"
        },
        "saved": {
         "download": "number",
         "installed": "number"
        },
        "unknown": [],
        "packages": [
         {
          "name": "string",
          "before": {
           "version": "string",
           "download": "number",
           "installed": "number",
           "exact": "boolean"
          },
          "after": "object"
         }
        ]
       },
       "units": [
        {
         "files": [
          "string"
         ],
         "target": {
          "python": [
           "string"
          ],
          "platforms": [
           "string"
          ],
          "source": "string"
         },
         "savings": {
          "before": {
           "packages": "number",
           "download": "number",
           "installed": "number",
           "exact": "boolean"
          },
          "after": {
           "packages": "number",
           "download": "number",
           "installed": "number",
           "exact": "boolean"
          },
          "saved": {
           "download": "number",
           "installed": "number"
          },
          "unknown": [],
          "packages": [
           {
            "name": "string",
            "before": {
             "version": "string",
             "download": "number",
             "installed": "number",
             "exact": "boolean"
            },
            "after": "object"
           }
          ]
         }
        }
       ]
      }"
    `)
  })

  test('the order of the keys does not depend on who made the result', () => {
    expect(jsonReport(reversed(sample))).toBe(jsonReport(sample))
  })

  test('keys of a later schema are kept, behind the known ones', () => {
    const later = { ...sample, target: { extra: 1, ...sample.target } } as RewriteResult
    expect(Object.keys(JSON.parse(jsonReport(later)).target)).toEqual(['python', 'platforms', 'source', 'extra'])
  })

  test('gives back the result, and is one document with a line end', () => {
    fc.assert(
      fc.property(arbitraryResult, result => {
        const text = jsonReport(result)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(result)))
        expect(text.endsWith('}\n')).toBe(true)
      }),
    )
  })

  test('holds nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(arbitraryResult, result => {
        expect(jsonReport(result)).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/)
      }),
    )
  })
})
