import { describe, expect, test } from 'vitest'
import { hasScriptMetadata } from '../../src/packaging/script-metadata.ts'
import { readScriptMetadata } from '../../src/project-files/pyproject.ts'

describe('metadata in a script', () => {
  test.each<[id: string, text: string, dependencies: readonly string[] | undefined]>([
    ['at the top', '# /// script\n# dependencies = ["torch"]\n# ///\nimport torch\n', ['torch']],
    ['behind a shebang, CRLF', '#!/usr/bin/env python\r\n# /// script\r\n# dependencies = ["a"]\r\n# ///\r\n', ['a']],
    ['over several lines', '# /// script\n# dependencies = [\n#   "a",\n#\n#   "b",\n# ]\n# ///\n', ['a', 'b']],
    ['without dependencies', '# /// script\n# requires-python = ">=3.12"\n# ///\n', []],
    ['up to the last end', '# /// script\n# # ///\n# dependencies = ["a"]\n# ///\n', ['a']],
    ['without an end', '# /// script\n# dependencies = ["a"]\nimport a\n', undefined],
    ['of another type', '# /// other\n# dependencies = ["a"]\n# ///\n', undefined],
    ['indented', '  # /// script\n  # dependencies = ["a"]\n  # ///\n', undefined],
    ['no TOML', '# /// script\n# dependencies = [\n# ///\n', undefined],
    ['none', 'print(1)\n', undefined],
  ])('%s', async (_, text, dependencies) => {
    expect((await readScriptMetadata(text))?.dependencies).toEqual(dependencies)
  })

  test('its tables for uv', async () => {
    const text =
      '# /// script\n# dependencies = ["torch"]\n# [tool.uv.sources]\n# torch = { index = "cpu" }\n# [[tool.uv.index]]\n# name = "cpu"\n# url = "https://h/cpu"\n# explicit = true\n# ///\n'
    const metadata = await readScriptMetadata(text)
    expect(metadata?.uvSources.get('torch')).toMatchObject([{ url: 'https://h/cpu' }])
    expect(metadata?.uvIndexes).toEqual([])
    expect(hasScriptMetadata(text)).toBe(true)
  })
})
