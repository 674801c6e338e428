// Mends Dockerfiles with the built `docker check --fix`, and runs their commands with the real pip and uv, before and after,
// each in a Python that nothing is installed in. All hosts that they name are answered for on 127.0.0.1:
// node scripts/run.js integrations/docker-fixes/run.ts [ids of cases]
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { torchFamily } from '../../src/torch/family.ts'
import { conclude, holds } from '../claims.ts'
import { type Case, cases } from './cases.ts'
import { type Built, build, hostPython } from './image.ts'
import { serveInternet } from './internet.ts'
import { answersFor, hosts } from './world.ts'

const chosen = process.argv.slice(2)
const python = hostPython(process.env['TORCHPIN_PYTHON'] ?? 'python3')
if (!python || process.platform !== 'linux' || process.arch !== 'x64') {
  console.log(`skipped: ${python ? 'the wheels are for Linux on x86_64' : 'there is no Python with pip'}`)
  process.exit(0)
}
const hasUv = spawnSync('uv', ['--version']).status === 0
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-docker-fixes-')))
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

/** A Dockerfile as it is after the fixes, and the codes of what stays. */
function mend(folder: string, dockerfile: string): { readonly text: string; readonly codes: readonly string[] } {
  const path = join(folder, 'Dockerfile')
  writeFileSync(path, dockerfile)
  spawnSync(process.execPath, [bin, 'docker', 'check', '--fix', path], { cwd: folder })
  const { stdout } = spawnSync(process.execPath, [bin, 'docker', 'check', '--format', 'json', path], {
    cwd: folder,
    encoding: 'utf8',
  })
  const { files } = JSON.parse(stdout) as { files: { findings: { code: string }[] }[] }
  const codes = files.flatMap(({ findings }) => findings.map(({ code }) => code))
  return { text: readFileSync(path, 'utf8'), codes: [...new Set(codes)].sort() }
}

const carriesGpu = ([name, version]: readonly [string, string]): boolean =>
  /^(?:nvidia-|cuda-|triton$|xformers$)|-gpu\b|-cuda\d/.test(name) ||
  /\+(?:pt\d+)?(?:cu\d|rocm)/.test(version) ||
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
const shown = (dockerfile: string) =>
  dockerfile.split('\n').slice(1).join('\n').trim().replaceAll('\n', '\n              ')

async function tryCase({ id, lines, untouched }: Case, folder: string): Promise<void> {
  console.log(`\n${id}`)
  const dockerfile = `FROM python:${python!.version}-slim\n${lines}\n`
  for (const name of ['files', 'before', 'after']) mkdirSync(join(folder, name), { recursive: true })
  const { text, codes } = mend(join(folder, 'files'), dockerfile)
  console.log(`      before: ${shown(dockerfile)}`)
  if (untouched) {
    holds('is reported, and not touched', { codes, touched: text !== dockerfile }, { codes: untouched, touched: false })
    return
  }
  const before = await build(dockerfile, join(folder, 'before'), python!, network)
  console.log(`              ${listed(before)}`)
  const after = await build(text, join(folder, 'after'), python!, network)
  console.log(`      after:  ${shown(text)}\n              ${listed(after)}`)
  holds('takes what is for GPUs', [before.code, gpuPackages(before).length > 0], [0, true])
  holds('is mended, and nothing is left to say', codes, [])
  holds('installs without it', [after.code, gpuPackages(after)], [0, []])
  const lost = Object.entries(before.installed).flatMap(([name, version]) =>
    name in after.installed || (carriesGpu([name, version]) && !torchFamily.has(name)) ? [] : name,
  )
  holds('installs all else that it did', lost, [])
}

for (const [at, each] of cases.entries()) {
  if (chosen.length > 0 && !chosen.includes(each.id)) continue
  if (each.lines.includes('uv ') && !hasUv) console.log(`\n${each.id}\n  skipped: there is no uv`)
  else await tryCase(each, join(temporary, `${at}`))
}
internet.close()
conclude()
