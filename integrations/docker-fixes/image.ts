import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A Python of this machine, of which images get one of their own. */
export interface HostPython {
  /** `3.12` */
  readonly version: string
  readonly program: string
  readonly stdlib: string
  readonly sharedLibraries: string
  /** Where `import pip` leads. */
  readonly pip: string
}

/** Asks an interpreter about itself; undefined: there is none, or it has no pip. */
export function hostPython(program: string): HostPython | undefined {
  const about = `import json, os, pip, sys, sysconfig
print(json.dumps({"version": "%d.%d" % sys.version_info[:2], "program": os.path.realpath(getattr(sys, "_base_executable", sys.executable)),
  "stdlib": sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix}), "sharedLibraries": sysconfig.get_config_var("LIBDIR"),
  "pip": os.path.dirname(pip.__file__)}))`
  const { status, stdout } = spawnSync(program, ['-c', about], { encoding: 'utf8' })
  return status === 0 ? JSON.parse(stdout) : undefined
}

/** What is left of a build: how its last command ended, and what is installed. */
export interface Built {
  readonly code: number | null
  readonly output: string
  /** Canonical name → version. */
  readonly installed: Readonly<Record<string, string>>
}

/**
 * Runs the ENV and RUN instructions of a Dockerfile in a Python that nothing is installed in. Its prefix is its own, so that
 * `uv pip install --system` finds it as it finds the one of an image.
 *
 * @param folder empty; becomes the prefix
 * @param network variables that lead clients to where they are to ask
 */
export async function build(
  dockerfile: string,
  folder: string,
  python: HostPython,
  network: Readonly<Record<string, string>>,
): Promise<Built> {
  const bin = makePrefix(folder, python)
  const env: Record<string, string> = {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: folder,
    LD_LIBRARY_PATH: python.sharedLibraries,
    PIP_CONFIG_FILE: '/dev/null',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_ROOT_USER_ACTION: 'ignore',
    UV_NO_CACHE: '1',
    UV_NO_CONFIG: '1',
    UV_PYTHON_DOWNLOADS: 'never',
    ...network,
  }
  let ended: Ran = { code: 0, stdout: '', stderr: '' }
  for (const { name, rest } of instructionsOf(dockerfile)) {
    if (name === 'ENV') Object.assign(env, Object.fromEntries(rest.split(/\s+/).map(pair => pair.split(/=(.*)/s))))
    if (name !== 'RUN') continue
    const [program, ...args]: string[] = rest.startsWith('[') ? JSON.parse(rest) : ['sh', '-c', rest]
    ended = await run(program!, args, folder, env)
    if (ended.code !== 0) break
  }
  const listed = await run(join(bin, 'python'), ['-m', 'pip', 'list', '--format', 'json'], folder, env)
  const installed = (JSON.parse(listed.stdout) as { name: string; version: string }[]).map(
    ({ name, version }) => [name.toLowerCase().replace(/[-_.]+/g, '-'), version] as const,
  )
  return { code: ended.code, output: ended.stdout + ended.stderr, installed: Object.fromEntries(installed) }
}

/** Read without torchpin's own reader, which is what is tried: lines joined, comments left out. */
function instructionsOf(dockerfile: string): { readonly name: string; readonly rest: string }[] {
  return dockerfile
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .flatMap(line => {
      const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
      return name === undefined ? [] : { name, rest: rest!.trim() }
    })
}

function makePrefix(folder: string, { version, program, stdlib, pip }: HostPython): string {
  const bin = join(folder, 'bin')
  const own = join(folder, 'lib', `python${version}`)
  for (const each of [bin, join(own, 'site-packages')]) mkdirSync(each, { recursive: true })
  copyFileSync(program, join(bin, `python${version}`))
  for (const name of ['python', 'python3']) symlinkSync(`python${version}`, join(bin, name))
  for (const entry of readdirSync(stdlib))
    if (!/^(?:site-packages|dist-packages|EXTERNALLY-MANAGED)$/.test(entry))
      symlinkSync(join(stdlib, entry), join(own, entry))
  symlinkSync(pip, join(own, 'site-packages', 'pip'))
  writeFileSync(join(bin, 'pip'), `#!/bin/sh\nexec ${join(bin, 'python')} -m pip "$@"\n`, { mode: 0o755 })
  return bin
}

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Not spawnSync: this very process answers for the hosts. */
function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', code => done({ code, stdout, stderr }))
  })
}
