import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { TorchpinError } from '../../src/contract/errors.ts'
import { parseRequirements } from '../../src/formats/requirements/parse.ts'
import { rewrite, save } from '../../src/rewrite/rewrite.ts'
import { positionAt } from '../../src/text/position.ts'
import { requirementsOf2023 } from '../arbitraries/requirements-of-2023.ts'
import { type Loopback, serveIndexes } from '../loopback/indexes.ts'
import { cpu2023, main2023, pages2023 } from '../loopback/worlds.ts'
import { asyncTarget, type FuzzTarget, outcomeOfAsync } from './target.ts'

let world: Promise<{ readonly indexes: Loopback; readonly folder: string }> | undefined

async function open() {
  const indexes = await serveIndexes(cpu2023, main2023, 0, { linkPages: pages2023 })
  return { indexes, folder: realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-fuzz-'))) }
}

async function close(): Promise<void> {
  const opened = await world
  world = undefined
  await opened?.indexes.close()
  if (opened) rmSync(opened.folder, { recursive: true })
}

export const rewriteTargets: readonly FuzzTarget[] = [
  // Outside the lines it names nothing changes, twice is once, and every +cpu pin names a wheel that exists.
  asyncTarget(
    'rewriting',
    fc.tuple(requirementsOf2023, fc.constantFrom('torch', 'ranges', 'all')),
    async ([lines, pin]) => {
      const { indexes, folder } = await (world ??= open())
      const before = lines.replaceAll('{MAIN}', indexes.main).replaceAll('{CPU}', indexes.cpu)
      const path = join(folder, 'requirements.txt')
      writeFileSync(path, before)
      const options = {
        cwd: folder,
        python: ['3.11'],
        pin,
        sizes: false,
        cpuIndexUrl: indexes.cpu,
        indexUrl: indexes.main,
        cacheDir: join(folder, 'cache'),
        environment: { PIP_CONFIG_FILE: '/dev/null', HOME: folder },
      }
      const outcome = await outcomeOfAsync(
        async () => {
          const first = await rewrite(['requirements.txt'], options)
          await save(first)
          const after = readFileSync(path, 'utf8')
          const { changes } = first.result.files[0]!
          for (const { to } of changes) {
            const [, project, version] = /^(torch|torchvision)\s*==\s*(\S+\+cpu)\b/i.exec(to) ?? []
            if (project) assert(version! in cpu2023[project.toLowerCase()]!, `${project} ${version}`)
          }
          const named = new Set(changes.flatMap(({ action, line }) => (/inject|add/.test(action) ? [] : [line])))
          let at = 0
          for (const { span } of parseRequirements(before).statements) {
            if (named.has(positionAt(before, span.start).line)) continue
            // A line may come between the byte order mark and what follows it.
            const words = before.slice(span.start, span.end).replace(/^\ufeff/, '')
            at = after.indexOf(words, at)
            assert(at >= 0, `lost: ${words}`)
            at += words.length
          }
          assert.deepEqual((await rewrite(['requirements.txt'], options)).rewritten, [])
        },
        error => error instanceof TorchpinError,
      )
      if (outcome === 'refused') assert.equal(readFileSync(path, 'utf8'), before)
      return outcome
    },
    close,
  ),
]
