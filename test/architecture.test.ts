import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { documents } from '../scripts/house/document.ts'
import { cyclesIn, files, importsOf, roomOf, source as src } from '../scripts/house/imports.ts'
import { measure } from '../scripts/house/measure.ts'
import { rooms } from '../scripts/house/rooms.ts'

/** Each outside library, and the places that know it. */
const keepers: Readonly<Record<string, readonly string[]>> = {
  '@renovatebot/pep440': ['packaging/version.ts'],
  commander: ['cli.ts', 'commands/'],
  diff: ['text/diff.ts'],
  'dockerfile-ast': ['project-files/dockerfile/instructions.ts'],
  htmlparser2: ['package-index/simple-html.ts'],
  'http-cache-semantics': ['package-index/http-cache.ts'],
  'semver/functions/coerce.js': ['rewrite/installers/'],
  'semver/functions/satisfies.js': ['rewrite/installers/'],
  'smol-toml': ['project-files/', 'formats/toml/pyproject/project-document.ts'],
  yaml: ['project-files/'],
  'zstddec/stream': ['files/archive/zstd-wasm.ts'],
  undici: ['package-index/http.ts'],
}

const order = rooms.map(({ path }) => path)

describe('a room imports from those before it in the list of rooms', () => {
  test.each(files)('%s', file => {
    const own = order.indexOf(roomOf(file) ?? '')
    expect(own, `${file} is in a room`).toBeGreaterThanOrEqual(0)
    for (const imported of importsOf(file)) {
      if (imported.startsWith('node:') || imported.endsWith('.json')) continue
      const owners = keepers[imported]
      if (owners)
        expect(
          owners.some(owner => file.startsWith(owner)),
          `${imported} belongs to ${owners}`,
        ).toBe(true)
      if (!files.includes(imported)) continue
      expect(order.indexOf(roomOf(imported)!), `${file} imports ${imported}`).toBeLessThanOrEqual(own)
    }
  })

  test('every room has a file', () => {
    expect(order.filter(path => !files.some(file => roomOf(file) === path))).toEqual([])
  })

  test('no files import each other in a circle', () => {
    expect(cyclesIn(new Map(files.map(file => [file, importsOf(file).filter(path => files.includes(path))])))).toEqual(
      [],
    )
  })
})

describe('what is loaded late', () => {
  /** For `import type` nothing is loaded. */
  const loadedWith = (file: string) =>
    [...readFileSync(resolve(src, file), 'utf8').matchAll(/^(?:import|export) (?!type\b)[^;']*?from '([^']+)'/gms)].map(
      ([, specifier]) => (specifier!.startsWith('.') ? join(dirname(file), specifier!) : specifier!),
    )
  const late = ['dockerfile-ast', 'htmlparser2', 'smol-toml', 'undici', 'yaml', 'zstddec/stream']

  test.each(['cli.ts', 'rewrite/rewrite.ts', 'check/check.ts'])('%s loads no library that few files need', story => {
    const loaded = [story]
    for (const file of loaded) {
      const more = files.includes(file) ? loadedWith(file) : []
      loaded.push(...more.filter(other => !loaded.includes(other)))
    }
    expect(loaded.length).toBeGreaterThan(40)
    expect(loaded.filter(name => late.includes(name))).toEqual([])
  })
})

describe('the measures of the source', () => {
  const measures = measure()
  const countOf = (name: string) => Number.parseInt(measures[name]!, 10)

  test.each([
    ['files at the root', 2],
    // A format is a room of its own, with nine arrows or so.
    ['arrows between rooms', 150],
    ['functions over 60 lines', 0],
    ['functions with over 4 parameters', 0],
    ['caches at module level', 0],
  ])('%s: at most %i', (name, most) => {
    expect(countOf(name), measures[name]).toBeLessThanOrEqual(most)
  })
})

describe('who opens files', () => {
  const readsFiles =
    /\b(?:readFile|readFileSync|createReadStream|openSync|readSync|openAsBlob)\b|\bopen\b[^'\n]*from 'node:fs/
  /** The one; what makes new files, and opens nothing that is there already; what reads answers that torchpin kept; what reads the snapshot in torchpin's own package. */
  const known = [
    'commands/last-run/record.ts',
    'files/regular-file.ts',
    'files/write.ts',
    'package-index/snapshot/snapshot-index.ts',
  ]

  test('one file opens them for reading, which takes none but regular ones', () => {
    const opening = files.filter(file => readsFiles.test(readFileSync(resolve(src, file), 'utf8')))
    expect(opening.sort()).toEqual(known)
  })
})

describe('who asks the machine', () => {
  const asks = /from 'node:(?:fs|fs\/promises|child_process)'|\bprocess\.env\b|\bimport\('node:(?:fs|child_process)/
  /** What a kept answer rests on is heard here (`watchRun`), or asked by who gives the answer again. */
  const heard = /^(?:files\/machine|commands\/last-run)\//
  /** Their commands are worked out each time, and those that share a command with others say so. */
  const unheard = /^(?:action|audit|docker|check\/gate)\//
  /** Files that tell what they ask, or say that what they do is not to be repeated without them. */
  const telling = /\b(?:unrepeatable|note)\(/
  const own: Readonly<Record<string, string>> = {
    'ci/find.ts': 'looks at what the paths of the user are: names alone, before any file is read',
    'commands/outputs.ts': 'looks at the files of --output, which report-file.ts tells of',
    'commands/start/code-cache.ts': 'keeps code of V8, on which no answer rests',
    'commands/start/start.ts': 'the same',
    'contract/options.ts': 'has the default of the library; commands whose answers are kept give variables that tell',
    'files/drafts.ts': 'tells drafts that were left behind, which write.ts tells of when it clears them away',
    'files/folders.ts': 'tells what is asked of a folder',
    'files/regular-file.ts': 'tells of what is read through files/machine/files.ts',
    'files/replace.ts': 'puts drafts in the place of files, which write.ts tells of',
    'files/write.ts': 'tells that it writes',
    'package-index/disk-store.ts': 'tells of entries',
    'package-index/pack-folder.ts': 'see disk-store.ts',
    'commands/report-file.ts': 'tells that it writes',
    'rewrite/installers/neutral-ground.ts':
      'tells that programs are looked for, before any other file of its room is at work',
    'rewrite/installers/poetry-lock.ts': 'see neutral-ground.ts',
    'rewrite/installers/program.ts': 'tells that a program runs',
    'rewrite/installers/shadow.ts': 'see neutral-ground.ts',
    'rewrite/installers/uv-lock.ts': 'see neutral-ground.ts',
    'rewrite/installers/uv-settings.ts': 'see neutral-ground.ts',
    'package-index/snapshot/snapshot-index.ts':
      'reads what ships, which is part of what is asked (commands/last-run/question.ts)',
  }
  const textOf = (file: string) =>
    readFileSync(resolve(src, file), 'utf8').replace(
      /\/\*.*?\*\/|import (?:type )?\{[^}]*\btype\b[^},]*\} from 'node:fs'|import type [^\n]*/gs,
      '',
    )

  test('asks through files/machine/, and no other way, but for files that tell of it themselves', () => {
    const asking = files.filter(file => !heard.test(file) && !unheard.test(file) && asks.test(textOf(file)))
    expect(asking.sort()).toEqual(Object.keys(own).sort())
    const silent = Object.entries(own).filter(
      ([file, why]) =>
        / that it | of entries|that programs|a program|asked of/.test(why) && !telling.test(textOf(file)),
    )
    expect(silent).toEqual([])
  })

  test('the other side of `check --against` is read each time', () => {
    expect(textOf('commands/check.ts')).toMatch(/function runGate\(.*\n {2}unrepeatable\(/)
  })
})

describe('the files of a worker share their modules', () => {
  const tests = fileURLToPath(new URL('.', import.meta.url))
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'))
  const textOf = (path: string) => readFileSync(resolve(tests, path), 'utf8')

  test('a helper has no hook of its own: it would belong to the file that loads it first', () => {
    const helpers = files.filter(path => !path.endsWith('.test.ts'))
    expect(helpers.length).toBeGreaterThan(20)
    expect(helpers.filter(path => /^(?:before|after)(?:All|Each)\(/m.test(textOf(path)))).toEqual([])
  })

  test('what replaces a module runs alone', () => {
    const config = readFileSync(resolve(tests, '../vitest.config.ts'), 'utf8')
    const replacing = files.filter(path => /^vi\.(?:mock|doMock)\(/m.test(textOf(path)))
    expect(replacing.filter(path => !config.includes(`'test/${path.replaceAll('\\', '/')}'`))).toEqual([])
  })
})

test.each(Object.entries(documents))('%s has the rooms as the code has them', (path, remade) => {
  const text = readFileSync(path, 'utf8')
  expect(remade(text), 'node scripts/run.js scripts/house.ts --write').toBe(text)
})

describe('the slow tests', () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const tests = resolve(root, 'test')
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.test.ts'))
  const textOf = (path: string) => readFileSync(path, 'utf8')
  /** What takes seconds: to measure time, to kill runs, to start a pip, a uv or a program that is to go into a trap, to read all types. */
  const takesSeconds = /\b(?:growthOf|killAt|hasPip|hasUv|jsonSchemas)\b/
  const isSlow = (path: string) => path.endsWith('.slow.test.ts')

  test('those of which it is known are named so, and no others', () => {
    const known = files.filter(
      path => takesSeconds.test(textOf(resolve(tests, path))) && !path.startsWith('architecture'),
    )
    expect(
      files
        .filter(isSlow)
        .filter(
          path =>
            !/^(?:expressions|guide|audit\/layer-threads|docker\/init-examples|documented\/commands|last-run\/(?:changes|kept)|release\/pack)\./.test(
              path,
            ),
        )
        .sort(),
    ).toEqual(known.sort())
  })

  test('are left out by `npm test`, and run by .ci/run', () => {
    const { scripts } = JSON.parse(textOf(resolve(root, 'package.json')))
    expect(scripts.test).toBe('vitest run --project shared --project alone')
    expect(scripts['test:slow']).toBe('vitest run --project slow')
    expect(textOf(resolve(root, 'vitest.config.ts'))).toContain("'test/**/*.slow.test.ts'")
    expect(textOf(resolve(root, '.ci/run'))).toMatch(/^npm test\nnpm run test:slow$/m)
  })
})
