import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dockerCodes } from '../../src/contract/codes/docker.ts'
import type { DockerFinding } from '../../src/contract/results/docker-check.ts'
import { checkDockerfile } from '../../src/docker/check.ts'

const rules = resolve(import.meta.dirname, '../../fixtures/docker/rules')
const images = resolve(import.meta.dirname, '../../fixtures/docker/images')
const foldersOf = (folder: string) => readdirSync(folder).sort()

const brief = ({ level, code, line, path }: DockerFinding) => [
  level,
  code,
  line,
  ...(path === 'Dockerfile' ? [] : [path]),
]

function expectedIn(folder: string): unknown[] {
  const path = join(folder, 'expected.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : []
}

const cases = foldersOf(rules).flatMap(code =>
  foldersOf(join(rules, code)).map(kind => ({ code, kind, folder: join(rules, code, kind) })),
)

describe('every code', () => {
  test.each(Object.keys(dockerCodes))('%s has a Dockerfile that is told of it, and one that is not', code => {
    const kinds = cases.filter(found => found.code === code).map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['bad', 'good']))
  })
})

describe('a Dockerfile', () => {
  test.each(cases)('$code/$kind', async ({ code, kind, folder }) => {
    const { result } = await checkDockerfile([], { cwd: folder })
    const found = result.files.flatMap(file => file.findings)
    expect(found.map(brief)).toEqual(expectedIn(folder))
    if (kind.startsWith('bad')) expect(found.map(finding => finding.code)).toContain(code)
    else expect(found).toEqual([])
    expect(result.ok).toBe(found.every(({ level }) => level === 'info'))
  })
})

describe('the fixes', () => {
  test.each(cases)('$code/$kind', async ({ folder }) => {
    const { rewritten } = await checkDockerfile([], { cwd: folder, fix: true })
    const fixed = readdirSync(folder).filter(name => name.endsWith('.fixed'))
    expect(rewritten.map(({ absolute }) => `${absolute}.fixed`).sort()).toEqual(
      fixed.map(name => join(folder, name)).sort(),
    )
    for (const { absolute, after } of rewritten)
      expect(Buffer.from(after).toString()).toBe(readFileSync(`${absolute}.fixed`, 'utf8'))
  })
})

describe('an image as people build it', () => {
  test.each(existsSync(images) ? foldersOf(images) : [])('%s', async name => {
    const folder = join(images, name)
    const { result } = await checkDockerfile([], { cwd: folder })
    expect(result.files.flatMap(file => file.findings).map(brief)).toEqual(expectedIn(folder))
  })
})
