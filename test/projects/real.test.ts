import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyProject } from '../../integrations/uv-projects/rows.ts'
import { check } from '../../src/check/check.ts'
import { cudaOnly, torchFamily } from '../../src/torch/family.ts'
import { sandbox } from '../sandbox.ts'

/** Public projects, reduced to what they say of torch and of CUDA, and what uv installs of them: see the README beside them. */
const real = 'fixtures/uv-projects/real'

interface Facts {
  readonly python: string
  /** What `uv sync` installs of the torch family and of CUDA, by name, with these flags beside it. */
  readonly installs: Readonly<Record<string, string>>
  readonly select: readonly string[]
  /** Bytes to download of these; of `unknown` no lock tells the size. */
  readonly before: { readonly download: number; readonly unknown: readonly string[] }
  readonly leftAlone?: boolean
  /** Its extras ask for releases of which the lock does not say enough. */
  readonly asksAnIndex?: boolean
}

const box = sandbox()
const projects = readdirSync(real).map(name => ({
  name,
  facts: JSON.parse(readFileSync(join(real, name, 'expect.json'), 'utf8')) as Facts,
}))

test.each(projects.filter(({ facts }) => !facts.asksAnIndex))(
  '$name: CUDA is found by the lock alone, to the byte',
  async ({ name, facts }) => {
    const cwd = join(box.temporary, name)
    copyProject(join(real, name, 'before'), cwd, text => text)
    const result = await check([], {
      cwd,
      environment: { ...box.environment, PATH: '' },
      cacheDir: join(box.temporary, 'cache'),
      offline: true,
      python: [facts.python],
      extras: facts.select.includes('--all-extras') ? 'all' : chosen(facts.select, '--extra'),
    })
    const isOfGpus = (project: string) => cudaOnly.has(project) || torchFamily.has(project)
    const rows = result.savings!.packages.filter(({ name, before }) => before && isOfGpus(name))
    expect(Object.fromEntries(rows.map(({ name, before }) => [name, before!.version]))).toEqual(facts.installs)
    const known = rows.filter(({ name }) => !facts.before.unknown.includes(name))
    expect(known.reduce((sum, { before }) => sum + (before!.download ?? 0), 0)).toBe(facts.before.download)
    expect(result.ok).toBe(false)
    expect(result.files.some(({ changed }) => changed)).toBe(facts.leftAlone !== true)
  },
)

/** The values of a flag among the words of a command. */
function chosen(words: readonly string[], flag: string): string[] {
  return words.flatMap((word, i) => (words[i - 1] === flag ? word : []))
}
