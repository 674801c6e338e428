import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ran, run } from './command.ts'
import type { CpuIndex } from './cpu-index.ts'

/** Where Debian keeps the certificates that it trusts. */
export const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

/** Settings of this machine that lead pip, uv, Poetry and apt to where they may ask. */
const handedOn = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'],
  ...['PIP_INDEX_URL', 'PIP_DEFAULT_TIMEOUT', 'UV_DEFAULT_INDEX', 'UV_HTTP_TIMEOUT'],
]

/** How the programs of this machine and those of images reach indexes. */
export interface Network {
  /** The stand-in for the index of CPU builds; none: the index itself is asked. */
  readonly standIns: readonly CpuIndex[]
  /** The certificates that this machine trusts, and that of the stand-in: text in PEM. */
  readonly certificates: string
  /** Variables for programs of an image, whose certificates are in `CERTIFICATES`. */
  readonly imageEnvironment: Readonly<Record<string, string>>
  /** Runs a program of this machine that finds the stand-in under the name of the index of CPU builds. */
  readonly run: (program: string, words: readonly string[], cwd: string) => Promise<Ran>
}

/** @param bin folders of programs that come before those of this machine */
export function networkOf(standIns: readonly CpuIndex[], temporary: string, bin: readonly string[]): Network {
  const ofMachine = readFileSync(process.env['SSL_CERT_FILE'] ?? CERTIFICATES, 'utf8')
  const certificates = [ofMachine.trimEnd(), ...standIns.map(({ certificate }) => certificate)].join('\n')
  const bundle = join(temporary, 'certificates.pem')
  writeFileSync(bundle, certificates)
  const hosts = join(temporary, 'hosts')
  writeFileSync(
    hosts,
    [
      readFileSync('/etc/hosts', 'utf8').trimEnd(),
      ...standIns.map(({ host, address }) => `${address} ${host}`),
      '',
    ].join('\n'),
  )
  const settings: Record<string, string> = {
    ...Object.fromEntries(handedOn.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : []))),
    NO_PROXY: [process.env['NO_PROXY'], ...standIns.map(({ host }) => host)].filter(Boolean).join(),
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_ROOT_USER_ACTION: 'ignore',
  }
  const env = {
    ...settings,
    ...trusting(bundle),
    NODE_EXTRA_CA_CERTS: bundle,
    PATH: [...bin, process.env['PATH']].join(':'),
    HOME: temporary,
    LANG: 'C.UTF-8',
    PIP_CONFIG_FILE: '/dev/null',
    UV_NO_CONFIG: '1',
    UV_PYTHON_DOWNLOADS: 'never',
  }
  return {
    standIns,
    certificates,
    imageEnvironment: { ...settings, ...trusting(CERTIFICATES) },
    run: (program, words, cwd) =>
      run('unshare', ['--mount', 'sh', '-c', ownHosts, hosts, program, ...words], { cwd, env }),
  }
}

/** In a mount namespace of its own, so that the file of hosts of this machine stays as it is. */
const ownHosts = 'mount --bind "$0" /etc/hosts && exec "$@"'

const trusting = (bundle: string) => ({ SSL_CERT_FILE: bundle, PIP_CERT: bundle, REQUESTS_CA_BUNDLE: bundle })
