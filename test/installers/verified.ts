import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TorchpinError } from '../../src/contract/errors.ts'
import type { Options } from '../../src/contract/options.ts'
import { rewrite } from '../../src/rewrite/rewrite.ts'
import type { IndexedSandbox } from '../sandbox.ts'

export interface Tools {
  /** What stands on the PATH: the name of a program, and a shell script. */
  readonly [name: string]: string
}

/** @returns a function that rewrites files of the sandbox with `--verify` where nothing but the given programs is on the PATH */
export function verifiedIn({ environment, folderWith, optionsIn }: IndexedSandbox) {
  return async (
    files: Readonly<Record<string, string | Uint8Array>>,
    tools: Tools | 'real',
    more: Partial<Options> = {},
  ) => {
    const repository = Object.entries(files).map(([name, held]) => [`repository/${name}`, held] as const)
    const folder = folderWith({ ...Object.fromEntries(repository), 'bin/': '', log: '' })
    const [cwd, bin, log] = [join(folder, 'repository'), join(folder, 'bin'), join(folder, 'log')]
    for (const [name, script] of Object.entries(tools === 'real' ? {} : tools)) {
      writeFileSync(join(bin, name), `#!/bin/bash\nLOG='${log}'\n${script}\n`)
      chmodSync(join(bin, name), 0o755)
    }
    const path = tools === 'real' ? process.env['PATH'] : [bin, '/usr/bin-of-nothing'].join(delimiter)
    const notices: string[] = []
    const run = rewrite(['requirements.txt'], {
      ...optionsIn(cwd),
      environment: {
        ...environment,
        PATH: `${path}`,
        PIP_RETRIES: '0',
        UV_NO_CONFIG: '1',
        UV_HTTP_RETRIES: '0',
      },
      sizes: false,
      verify: true,
      onNotice: notice => notices.push(notice),
      ...more,
    })
    const answer = await run.then(
      done => ({ verified: done.result.verified?.map(({ tool }) => tool), error: undefined }),
      (error: unknown) => ({ verified: undefined, error: error as TorchpinError }),
    )
    return { ...answer, notices, asked: readFileSync(log, 'utf8') }
  }
}

export const torch = { 'requirements.txt': 'torch>=2.0\n' }
export const withUv = { ...torch, Makefile: 'install:\n\tuv pip install -r requirements.txt\n' }
