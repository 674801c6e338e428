import type { CpuIndex } from './cpu-index.ts'
import type { Traffic } from './traffic.ts'

/** A tool that is given the seed file. */
export interface Tool {
  readonly name: string
  /** @param cache an empty folder */
  command(index: CpuIndex, cache: string): readonly string[]
  /** What makes it tell of its requests; not set where its time is taken. */
  readonly telling: Readonly<Record<string, string>>
  /** How many requests it made. @param loopback what the servers on this machine counted of them */
  requests(stderr: string, loopback: Traffic): number
}

export const seed = 'examples/requirements.txt'

export function torchpin(...flags: readonly string[]): Tool {
  return {
    name: ['torchpin', ...flags].join(' '),
    command: ({ cpu }, cache) => [
      ...[process.execPath, 'bin/torchpin.js', 'rewrite', '--dry-run', '--verbose', '--no-progress', ...flags],
      ...['--python', '3.11', '--platform', 'linux-x86_64', '--cpu-index-url', cpu, '--cache-dir', cache, seed],
    ],
    telling: {},
    requests: stderr => Number(/^note: (\d+) requests?,/m.exec(stderr)?.[1] ?? Number.NaN),
  }
}

export const uv: Tool = {
  name: 'uv pip compile',
  command: ({ composed }, cache) => [
    ...['uv', 'pip', 'compile', '--no-config', '--quiet', '--default-index', composed, '--cache-dir', cache],
    ...['--python-version', '3.11', '--python-platform', 'x86_64-manylinux_2_28', seed],
  ],
  telling: { RUST_LOG: 'h2=debug', NO_COLOR: '1' },
  // A HEADERS frame of HTTP/2 goes out with each request to the public index; loopback is spoken to in HTTP/1.1.
  requests: (stderr, loopback) => (stderr.match(/send frame=Headers/g)?.length ?? Number.NaN) + loopback.requests,
}
