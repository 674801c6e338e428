import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { rewrite } from '../src/rewrite.ts'
import { type IndexSpec, serveIndexes } from './loopback/indexes.ts'

const builds = (...pythons: string[]) => ({ tags: pythons.map(python => `cp${python}-cp${python}-linux_x86_64`) })
const cpu: IndexSpec = {
  torch: { '2.0.0+cpu': builds('310', '314'), '2.1.0+cpu': builds('310', '311', '312'), '2.2.0rc1+cpu': builds('315') },
}

/** Nothing says which Python: of a Python for which what torch needs is not built yet nobody has use. */
test.each<{ id: string; main: IndexSpec; python: string; because: RegExp }>([
  {
    id: 'the newest of the newest torch',
    main: {},
    python: '3.12',
    because: /^the newest Python that torch 2\.1\.0\+cpu has a CPU wheel for$/,
  },
  {
    id: 'and of what it needs',
    main: { markupsafe: { '3.0': builds('310', '311') } },
    python: '3.11',
    because: /, and markupsafe, which torch needs, a wheel$/,
  },
  {
    id: 'which has them all',
    main: { markupsafe: { '3.0': builds('310', '311', '312', '315') } },
    python: '3.12',
    because: /a CPU wheel for$/,
  },
  {
    id: 'which has none of them',
    main: { markupsafe: { '3.0': builds('39') } },
    python: '3.12',
    because: /a CPU wheel for$/,
  },
])('the Python that is taken: $id', async ({ main, python, because }) => {
  const cwd = mkdtempSync(join(tmpdir(), 'torchpin-targets-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  const indexes = await serveIndexes(cpu, main)
  onTestFinished(() => indexes.close())
  writeFileSync(join(cwd, 'requirements.txt'), 'torch==2.1.0\n')
  const { result } = await rewrite(['requirements.txt'], {
    cwd,
    environment: { PIP_CONFIG_FILE: '/dev/null', HOME: cwd },
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    sizes: false,
    cacheDir: join(cwd, 'cache'),
  })
  expect(result.target.python).toEqual([python])
  expect(result.target.source).toMatch(because)
})
