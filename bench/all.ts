/**
 * Holds the built command against the bars that torchpin has set itself, in one run:
 * node scripts/run.js bench/all.ts [--runs 7] [--lines 10000,1000000] [--only start,cached]
 *
 * Needs python3 with pip and packaging, and uv, on PATH; and the public index. Prints Markdown.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parseRequirements } from '../src/formats/requirements/parse.ts'
import { growthOf } from '../test/growth/row.ts'
import { rows } from '../test/growth/rows.ts'
import { besideThis, finish, inTurn, median, type Run, timed } from './contest.ts'
import { serveCpuIndex } from './cpu-index.ts'
import { madeUpHashedLines, madeUpLines } from './lines.ts'
import { type Asked, count, once, surroundings } from './nothing-cached.ts'
import { seed, type Tool, torchpin, uv } from './tools.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    lines: { type: 'string', default: '10000,1000000' },
    only: { type: 'string' },
  },
})
const runs = Number(values.runs)
const folder = mkdtempSync(join(tmpdir(), 'torchpin-bench-'))
const env = surroundings()

/** A bar, what was measured, and whether that is within. */
interface Bar {
  readonly what: string
  readonly bar: string
  readonly measured: string
  readonly met: boolean
}
const bars: Bar[] = []
const atMost = (what: string, bar: string, measured: number, limit: number, show = times) =>
  bars.push({ what, bar, measured: show(measured), met: measured <= limit })

try {
  console.log(await surroundingsInWords())
  for (const [part, measure] of Object.entries({
    start,
    cached,
    nothingCached,
    parsing,
    askedAgain,
    manyFiles,
    images,
    growth,
  }))
    if (!values.only || values.only.split(',').includes(part)) await measure()
  console.log(
    `\n## The bars\n\n${table([
      ['what', 'bar', 'measured', 'met'],
      ...bars.map(({ what, bar, measured, met }) => [what, bar, measured, met ? 'yes' : '**no**']),
    ])}`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function start(): Promise<void> {
  const node = process.execPath
  const found = await inTurn(
    {
      'node -e 0': () => timed([node, '-e', '0'], env),
      'torchpin --version': () => timed([node, 'bin/torchpin.js', '--version'], env),
      'torchpin rewrite --help': () => timed([node, 'bin/torchpin.js', 'rewrite', '--help'], env),
      'uv --version': () => timed(['uv', '--version'], env),
    },
    3 * runs,
  )
  console.log(`\n## Start\n\n${told(found, 'node -e 0')}`)
  atMost(
    'start (`--version`)',
    '≤ 1.10 × `node -e 0`',
    wallOf(found, 'torchpin --version') / wallOf(found, 'node -e 0'),
    1.1,
  )
}

async function cached(): Promise<void> {
  const index = await serveCpuIndex()
  const warm = async (tool: Tool, ...flags: string[]) => {
    const command = tool.command(index, join(folder, tool.name.replaceAll(' ', '-')))
    await finish(command[0]!, command.slice(1), env)
    return () => timed([...command, ...flags], env)
  }
  try {
    const found = await inTurn(
      {
        'torchpin, asked again': await warm(torchpin(), '--offline'),
        torchpin: await warm(torchpin('--no-last-run'), '--offline'),
        'torchpin --no-sizes': await warm(torchpin('--no-sizes', '--no-last-run'), '--offline'),
        'uv pip compile --offline': await warm(uv, '--offline'),
        'node -e 0': () => timed([process.execPath, '-e', '0'], env),
      },
      runs,
    )
    const wall = (name: string) => wallOf(found, name) / wallOf(found, 'uv pip compile --offline')
    console.log(`\n## ${seed}, everything cached\n\n${told(found, 'uv pip compile --offline')}`)
    atMost('seed file, cached, changed, `--no-sizes`', '≤ 2.5 × uv --offline', wall('torchpin --no-sizes'), 2.5)
    atMost('seed file, cached, asked again unchanged', '≤ uv --offline', wall('torchpin, asked again'), 1)
    atMost('memory, seed file, cached', '≤ 80 MB', peakOf(found, 'torchpin'), 80e6, megabytes)
    atMostOfNoSizes('cached, changed', found)
  } finally {
    await index.close()
  }
}

async function nothingCached(): Promise<void> {
  const tools = [torchpin(), torchpin('--no-sizes'), uv]
  const asked = new Map<string, Asked>()
  for (const tool of tools) asked.set(tool.name, await count(tool))
  const found = await inTurn<Run>(Object.fromEntries(tools.map(tool => [tool.name, () => once(tool)])), runs)
  const traffic = [...asked].map(([name, { requests, up, down, loopback }]) => {
    return [name, `${requests}`, megabytes(up), megabytes(down), megabytes(loopback)]
  })
  const head = ['', 'requests', 'up', 'down', 'of that, the CPU index']
  console.log(`\n## ${seed}, nothing cached\n\n${told(found, uv.name)}\n\n${table([head, ...traffic])}`)
  const reference = asked.get(uv.name)!
  for (const { name } of tools.slice(0, 2)) {
    const most = name === torchpin().name ? 1.25 : 1
    const { requests, down } = asked.get(name)!
    atMost(`${name}, nothing cached`, `≤ ${most} × uv`, wallOf(found, name) / wallOf(found, uv.name), most)
    atMost(`requests of ${name}`, '≤ 0.6 × uv', requests / reference.requests, 0.6)
    atMost(`bytes of ${name}`, '≤ uv', down / reference.down, 1)
    atMost(`memory of ${name}, nothing cached`, '≤ 120 MB', peakOf(found, name), 120e6, megabytes)
  }
  atMostOfNoSizes('nothing cached', found)
}

async function parsing(): Promise<void> {
  for (const lines of values.lines.split(',').map(Number)) await parse(lines)
  await parseHashes()
}

/** Parsers in their own processes, start and imports left out; uv has no mode that only parses, so it compiles the file as constraints. */
async function parse(lines: number): Promise<void> {
  const path = join(folder, `${lines}.txt`)
  const empty = join(folder, 'empty.txt')
  const source = madeUpLines(lines)
  writeFileSync(path, source)
  writeFileSync(empty, '')
  const python = (tool: string) => async () =>
    Number((await finish('python3', [besideThis('parse_python.py'), tool, path], env)).stdout) * 1000
  const compile = async (constraints: string) =>
    (
      await timed(
        ['uv', 'pip', 'compile', '--no-config', '--quiet', '--offline', '--no-index', '-c', constraints, empty],
        env,
      )
    ).wall
  const found = await inTurn<number>(
    {
      torchpin: async () => {
        const started = performance.now()
        parseRequirements(source)
        return performance.now() - started
      },
      packaging: python('packaging'),
      'uv (estimate)': async () => Math.max(0, (await compile(path)) - (await compile(empty))),
      // Minutes for a million lines, which say no more than the seconds for ten thousand.
      ...(lines > 10_000 ? {} : { "pip's reader": python('pip') }),
    },
    lines > 100_000 ? Math.min(runs, 3) : runs,
  )
  const perSecond = (name: string) => (lines / median(found.get(name)!)) * 1000
  const rows = [...found.keys()].map(name => [
    name,
    milliseconds(median(found.get(name)!)),
    `${Math.round(perSecond(name) / 1000).toLocaleString('en')},000`,
    times(perSecond(name) / perSecond('torchpin')),
  ])
  console.log(
    `\n## Parsing ${lines.toLocaleString('en')} lines\n\n${table([['', 'time', 'lines a second', 'of torchpin'], ...rows])}`,
  )
  bars.push({
    what: `parse, ${lines.toLocaleString('en')} lines`,
    bar: '≥ 1,200,000 lines/s',
    measured: `${Math.round(perSecond('torchpin') / 1000).toLocaleString('en')},000`,
    met: perSecond('torchpin') >= 1.2e6,
  })
}

async function parseHashes(): Promise<void> {
  const lines = 100_000
  const source = madeUpHashedLines(lines)
  const taken = Array.from({ length: runs }, () => {
    const started = performance.now()
    parseRequirements(source)
    return performance.now() - started
  })
  const perSecond = (lines / median(taken)) * 1000
  bars.push({
    what: 'parse, lines with a hash',
    bar: '≥ 300,000 lines/s',
    measured: `${Math.round(perSecond / 1000)},000`,
    met: perSecond >= 3e5,
  })
}

/** `check` of a repository that is as it should be: its second answer is that of the last run. */
async function askedAgain(): Promise<void> {
  const counts = [1, 100, 1000]
  const found = await inTurn<Run>(
    Object.fromEntries(await Promise.all(counts.map(async files => [`${files}`, await checkOf(files)] as const))),
    runs,
  )
  console.log(`\n## check, asked again\n\n${told(found, '1')}`)
  for (const files of counts) {
    const most = 80 + 0.1 * files
    const what = `check, asked again, ${files.toLocaleString('en')} files`
    atMost(what, `≤ ${most.toFixed(0)} ms`, wallOf(found, `${files}`), most, milliseconds)
  }
}

async function checkOf(files: number): Promise<() => Promise<Run>> {
  const cwd = join(folder, `check-${files}`)
  for (let i = 0; i < files; i++) {
    mkdirSync(join(cwd, `s${i}`), { recursive: true })
    writeFileSync(join(cwd, `s${i}/requirements.txt`), 'flask==3.1.3\n')
  }
  const bin = join(process.cwd(), 'bin/torchpin.js')
  const flags = ['--offline', '--no-sizes', '--python', '3.12', '--cache-dir', join(folder, `check-cache-${files}`)]
  const command = [process.execPath, bin, 'check', ...flags, cwd]
  await finish(command[0]!, command.slice(1), env)
  return () => timed(command, env)
}

/** A made-up monorepo: bench/monorepo.ts prints its own figures. */
async function manyFiles(): Promise<void> {
  const { stdout: told } = await finish(process.execPath, ['scripts/run.js', besideThis('monorepo.ts')], env)
  console.log(`\n## 1,000 files\n\n${told.trim()}`)
  const most: Readonly<Record<string, number>> = { 1: 1.5, 20: 2.5, 200: 6 }
  for (const [, packages, seconds, peak] of told.matchAll(/, (\d+) packages, warm: ([\d.]+) s .*?, (\d+) MB,/g)) {
    const what = `1,000 files, packages: ${packages}, cached`
    const limit = most[packages!]!
    atMost(what, `≤ ${limit} s`, Number(seconds), limit, time => `${time} s`)
    atMost(`${what}: memory`, '≤ 250 MB', Number(peak) * 1e6, 250e6, megabytes)
  }
}

/** Layers of an image: bench/audit.ts prints its own figures. */
async function images(): Promise<void> {
  const script = [besideThis('audit.ts'), '--gigabytes', '3']
  const { stdout: told } = await finish(process.execPath, ['scripts/run.js', ...script], env)
  console.log(`\n## Layers of 3 GB\n\n${told.trim()}`)
  for (const packing of ['gzip', 'zstd']) {
    const secondsOf = (run: string) =>
      Number(
        told
          .split('\n')
          .find(line => line.startsWith(`| ${packing} `) && line.includes(`| ${run} |`))
          ?.split(' | ')[2],
      )
    const ratio = secondsOf('audit FILE') / secondsOf(`${packing} -dc \\| tar t`)
    atMost(`audit, layers in ${packing}, against \`${packing} -dc \\| tar t\``, '≤ 1.5 ×', ratio, 1.5)
  }
}

/** Sizes: the install as it was is resolved too, and both are added up. */
function atMostOfNoSizes(what: string, found: ReadonlyMap<string, readonly Run[]>): void {
  const ratio = wallOf(found, 'torchpin') / wallOf(found, 'torchpin --no-sizes')
  atMost(`sizes, ${what}`, '≤ 1.25 × `--no-sizes`', ratio, 1.25)
}

/** What twice as much costs, of whole runs and of what reads lines and layers. The slow tests hold every reader to it. */
async function growth(): Promise<void> {
  const found = []
  for (const row of rows.filter(({ id }) => /^(?:run: |layer: files|file: plain)/.test(id)))
    found.push({ id: row.id, size: row.size, growth: await growthOf(row, 3) })
  const cells = found.map(({ id, size, growth }) => [id, size.toLocaleString('en'), times(growth)])
  console.log(`\n## Twice as much\n\n${table([['', 'size', 'costs'], ...cells])}`)
  atMost('twice as much of anything', '< 3 × (2 is linear, 4 quadratic)', Math.max(...found.map(of => of.growth)), 3)
}

function wallOf(found: ReadonlyMap<string, readonly Run[]>, name: string): number {
  return median(found.get(name)!.map(({ wall }) => wall))
}

function peakOf(found: ReadonlyMap<string, readonly Run[]>, name: string): number {
  return Math.max(...found.get(name)!.map(({ peak }) => peak))
}

function told(found: ReadonlyMap<string, readonly Run[]>, reference: string): string {
  const rows = [...found].map(([name, all]) => [
    `\`${name}\``,
    milliseconds(wallOf(found, name)),
    milliseconds(Math.min(...all.map(({ wall }) => wall))),
    milliseconds(median(all.map(({ processor }) => processor))),
    megabytes(peakOf(found, name)),
    times(wallOf(found, name) / wallOf(found, reference)),
  ])
  return table([['', 'wall', 'least', 'processor', 'peak', `wall / \`${reference}\``], ...rows])
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`
}

function milliseconds(time: number): string {
  return `${time.toFixed(0)} ms`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`
}

async function surroundingsInWords(): Promise<string> {
  const [uvSays, tools] = await Promise.all([
    finish('uv', ['--version'], env),
    finish(
      'python3',
      ['-c', 'import packaging, pip; print(f"pip {pip.__version__}, packaging {packaging.__version__}")'],
      env,
    ),
  ])
  const machine = [`${availableParallelism()} cores (${cpus()[0]?.model ?? '?'})`, `load ${loadavg()[0]!.toFixed(1)}`]
  const date = new Date().toISOString().slice(0, 10)
  return `${date}. ${process.platform} ${process.arch}, ${machine.join(', ')}. Node ${process.versions.node}, ${uvSays.stdout.split(' (')[0]!.trim()}, ${tools.stdout.trim()}. Medians of ${runs} runs in turn.`
}
