// Mends workflows with the built `ci check --fix`, and runs their steps with the real pip and uv, before and after, each in a
// Python that nothing is installed in. All hosts that they name are answered for on 127.0.0.1:
// node scripts/run.js integrations/ci-fixes/run.ts [ids of cases]
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { torchFamily } from '../../src/torch/family.ts'
import { conclude, holds } from '../claims.ts'
import { type Built, build, hostPython } from '../docker-fixes/image.ts'
import { serveInternet } from '../docker-fixes/internet.ts'
import { answersFor, hosts } from '../docker-fixes/world.ts'
import { type Case, cases, project } from './cases.ts'

const chosen = process.argv.slice(2)
const python = hostPython(process.env['TORCHPIN_PYTHON'] ?? 'python3')
if (!python || process.platform !== 'linux' || process.arch !== 'x64') {
  console.log(`skipped: ${python ? 'the wheels are for Linux on x86_64' : 'there is no Python with pip'}`)
  process.exit(0)
}
const hasActionlint = spawnSync('actionlint', ['-version']).status === 0
if (!hasActionlint) console.log('actionlint is not on the PATH: it is not asked')
const hasUv = spawnSync('uv', ['--version']).status === 0
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-ci-fixes-')))
process.on('exit', () => rmSync(temporary, { recursive: true }))

const internet = await serveInternet(hosts, await answersFor(python.version))
const certificate = join(temporary, 'certificate.pem')
writeFileSync(certificate, internet.certificate)
const network = {
  HTTPS_PROXY: internet.proxy,
  https_proxy: internet.proxy,
  PIP_CERT: certificate,
  SSL_CERT_FILE: certificate,
}
const bin = resolve('bin/torchpin.js')
const workflow = '.github/workflows/tests.yml'

/** The command of torchpin, which asks the same hosts. Not in step with this process, whose server answers it. */
async function torchpin(folder: string, ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH']!,
    HOME: temporary,
    PIP_CONFIG_FILE: '/dev/null',
    NODE_EXTRA_CA_CERTS: certificate,
    ...network,
  }
  const child = spawn(process.execPath, [bin, 'ci', 'check', ...args], { cwd: folder, env })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
  child.stderr.resume()
  await new Promise(done => child.on('close', done))
  return stdout
}

async function codesOf(folder: string): Promise<string[]> {
  const { files } = JSON.parse(await torchpin(folder, '--format', 'json')) as {
    files: { findings: { code: string }[] }[]
  }
  return [...new Set(files.flatMap(({ findings }) => findings.map(({ code }) => code)))].sort()
}

/** What actionlint says of a workflow, without places. */
function lintOf(text: string): string[] {
  const { stdout } = spawnSync('actionlint', ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', '-'], {
    input: text,
  })
  return String(stdout)
    .split('\n')
    .map(line => line.replace(/^[^:]*:\d+:\d+: /, ''))
}

function writeAll(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}

/** The steps as instructions of an image: what runs them is tried there. */
function asImage(text: string): string {
  const { jobs } = parse(text) as { jobs: { test: { steps: { run: string }[] } } }
  return jobs.test.steps.map(({ run }) => `RUN ${JSON.stringify(['sh', '-ec', run])}`).join('\n')
}

const carriesGpu = ([name, version]: readonly [string, string]): boolean =>
  /^(?:nvidia-|cuda-|triton$)/.test(name) ||
  /\+(?:cu\d|rocm)/.test(version) ||
  (torchFamily.has(name) && !version.endsWith('+cpu'))
const gpuPackages = ({ installed }: Built) =>
  Object.entries(installed)
    .filter(carriesGpu)
    .map(([name]) => name)
const listed = ({ code, installed, output }: Built) =>
  code === 0
    ? Object.entries(installed)
        .map(pair => pair.join(' '))
        .join(', ')
    : `exit code ${code}: ${output.trim().split('\n').slice(-3).join(' | ')}`

async function tryCase(
  { id, steps, job = 'runs-on: ubuntu-latest', untouched, files: more = {} }: Case,
  folder: string,
): Promise<void> {
  console.log(`\n${id}`)
  const indented = steps.replaceAll('\n', '\n      ')
  const text = `on: push\njobs:\n  test:\n    ${job}\n    container: python:${python!.version}-slim\n    steps:\n      ${indented}\n`
  const files = join(folder, 'files')
  for (const name of ['.github/workflows', '.git']) mkdirSync(join(files, name), { recursive: true })
  const given = { ...project, ...more, [workflow]: text }
  writeAll(files, given)
  const said = await torchpin(files, '--fix')
  const after = readFileSync(join(files, workflow), 'utf8')
  const codes = await codesOf(files)
  if (untouched) {
    holds('is not touched', { codes, touched: after !== text }, { codes: untouched, touched: false })
    return
  }
  const built = async (name: string, of: Readonly<Record<string, string>>) => {
    const prefix = join(folder, name)
    mkdirSync(prefix, { recursive: true })
    writeAll(prefix, of)
    return build(asImage(of[workflow]!), prefix, python!, network)
  }
  const now = Object.fromEntries(Object.keys(given).map(name => [name, readFileSync(join(files, name), 'utf8')]))
  const before = await built('before', given)
  const mended = await built('after', now)
  console.log(
    `      after:  ${(parse(after) as { jobs: { test: { steps: { run: string }[] } } }).jobs.test.steps.map(({ run }) => run.trim().replaceAll('\n', '\n              ')).join('\n              ')}`,
  )
  console.log(`              ${listed(mended)}`)
  const isSame = (of: Readonly<Record<string, string>>) =>
    Object.keys(of).every(name => of[name] === given[name as keyof typeof given])
  if (isSame(now)) console.log(said)
  if (hasActionlint) holds('actionlint finds nothing new', lintOf(after), lintOf(text))
  holds('takes what is for GPUs', [before.code, gpuPackages(before).length > 0], [0, true])
  holds('is mended, and nothing is left to say', codes, [])
  holds('installs without it', [mended.code, gpuPackages(mended)], [0, []])
  holds('takes torch once', [...mended.output.matchAll(/^Successfully installed .*\btorch-\d/gm)].length <= 1, true)
  const lost = Object.entries(before.installed).flatMap(([name, version]) =>
    name in mended.installed || (carriesGpu([name, version]) && !torchFamily.has(name)) ? [] : name,
  )
  holds('installs all else that it did', lost, [])
  await torchpin(files, '--fix')
  const again = Object.keys(given).filter(name => readFileSync(join(files, name), 'utf8') !== now[name])
  holds('a second run changes nothing', again, [])
}

for (const [at, each] of cases.entries()) {
  if (chosen.length > 0 && !chosen.includes(each.id)) continue
  if (each.uv && !hasUv) console.log(`\n${each.id}\n  skipped: there is no uv`)
  else await tryCase(each, join(temporary, `${at}`))
}
internet.close()
conclude()
