import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalizeName } from '../../src/packaging/names.ts'
import { type Finished, run } from './run.ts'

/** What an installer comes to: versions by canonical name, or its own words on why not. */
export type Answer = ReadonlyMap<string, string> | { readonly refusal: string }

export interface Installers {
  readonly uv: string
  readonly pip: string
  /** Kept between files; never the user's own. */
  readonly cache: string
}

interface Question {
  readonly cwd: string
  readonly root: string
  /** A folder of wheels that stand in for source distributions. */
  readonly standIns: string
}

/** What `uv pip compile` resolves a file to, in one index that is the whole world. */
export async function uvCompile(
  { uv, cache }: Installers,
  { cwd, root, standIns }: Question,
  { index, limit, constraints = [] }: { index: string; limit: string; constraints?: readonly string[] },
): Promise<Answer> {
  const done = await run(
    uv,
    [
      ...['pip', 'compile', '--cache-dir', join(cache, 'uv'), '--default-index', index, '--exclude-newer', limit],
      ...['--python-version', '3.11', '--python-platform', 'x86_64-manylinux_2_28', '--find-links', standIns],
      ...['--no-build', '--no-header', '--no-annotate', '--strip-extras', '--quiet'],
      ...constraints.flatMap(file => ['--constraints', file]),
      root,
    ],
    cwd,
  )
  return done.code === 0 ? pinsIn(done.stdout, /^([\w.-]+)==(\S+)/gm) : refusal(done)
}

/** What `uv pip install --dry-run` would install from a rewritten file, in the index style that the file has. */
export async function uvDryRun(
  { uv, cache }: Installers,
  { cwd, root, standIns }: Question,
  { index, limit, mergesIndexes }: { index: string; limit: string; mergesIndexes: boolean },
): Promise<Answer> {
  const site = join(cache, 'no-site')
  await mkdir(site, { recursive: true })
  const done = await run(
    uv,
    [
      ...['pip', 'install', '--dry-run', '--cache-dir', join(cache, 'uv'), '--target', site],
      ...['--default-index', index, '--exclude-newer', limit, '--find-links', standIns, '--no-build'],
      ...['--python-version', '3.11', '--python-platform', 'x86_64-manylinux_2_28'],
      // uv else reads a project from the CPU index alone as soon as that has it.
      ...(mergesIndexes ? ['--index-strategy', 'unsafe-best-match'] : []),
      ...['-r', root],
    ],
    cwd,
  )
  return done.code === 0 ? pinsIn(done.stderr, /^ \+ ([\w.-]+)==(\S+)/gm) : refusal(done)
}

/** What `pip install --dry-run` would install from a rewritten file. Wheels only: a source distribution's code is not run. */
export async function pipDryRun(
  { pip, cache }: Installers,
  { cwd, root, standIns }: Question,
  index: string,
): Promise<Answer> {
  const report = join(cwd, 'pip-report.json')
  const done = await run(
    pip,
    [
      ...['install', '--dry-run', '--ignore-installed', '--report', report, '--cache-dir', join(cache, 'pip')],
      ...['--index-url', index, '--find-links', standIns, '--only-binary', ':all:', '--use-feature=fast-deps'],
      ...['--disable-pip-version-check', '--no-input', '--quiet', '-r', root],
    ],
    cwd,
  )
  if (done.code !== 0) return refusal(done)
  const { install } = JSON.parse(await readFile(report, 'utf8')) as {
    install: { metadata: { name: string; version: string } }[]
  }
  return new Map(install.map(({ metadata: { name, version } }) => [canonicalizeName(name), version]))
}

function pinsIn(text: string, pattern: RegExp): Answer {
  return new Map([...text.matchAll(pattern)].map(([, name, version]) => [canonicalizeName(name!), version!]))
}

function refusal({ code, stderr }: Finished): Answer {
  if (code === null) return { refusal: 'no end within ten minutes' }
  const told = stderr.split('\n').filter(line => line.trim() !== '' && !/^WARNING|^Using CPython/.test(line))
  // pip says last what it is about, uv first.
  const errors = told.filter(line => line.startsWith('ERROR'))
  const words = (errors.length > 0 ? errors : told).join(' ').replace(/\s+/g, ' ')
  return { refusal: words.length > 500 ? `${words.slice(0, 500)} …` : words || `exit code ${code}` }
}
