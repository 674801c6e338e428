// Rewrites the typical requirements files of fixtures/stacks, which state no Python, with the built command against the live
// indexes, and prints what became of each as Markdown: node scripts/run.js scripts/try-stacks.ts [--described] [NAME …]
// --described: the CPU wheels that the snapshot knows, served on loopback, where the index of CPU builds cannot be reached.
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { RewriteResult } from '../src/contract/results/rewrite.ts'
import { serveDescribedIndex } from '../test/loopback/described-index.ts'

const { values, positionals } = parseArgs({ options: { described: { type: 'boolean' } }, allowPositionals: true })
const stacks = resolve('fixtures/stacks')
const described = values.described ? await serveDescribedIndex({ assumedUpload: '2026-11-01T00:00:00Z' }) : undefined
const scratch = await mkdtemp(join(tmpdir(), 'torchpin-stacks-'))

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function torchpin(cwd: string): Promise<Ran> {
  const index = described ? ['--cpu-index-url', described.cpu] : []
  const args = ['rewrite', 'requirements.txt', '--no-sizes', '--format', 'json', ...index]
  const env = { ...process.env, PIP_CONFIG_FILE: '/dev/null' }
  return new Promise(done =>
    execFile(process.execPath, [resolve('bin/torchpin.js'), ...args], { cwd, env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? 70) : 0, stdout, stderr }),
    ),
  )
}

function rowOf(stack: string, { code, stdout, stderr }: Ran): string {
  if (code !== 0)
    return `| ${stack} | ${code} | | | ${stderr.split('\n').find(line => line.startsWith('error')) ?? ''} |`
  const { target, files }: RewriteResult = JSON.parse(stdout)
  const torch = files.flatMap(({ changes }) =>
    changes.filter(({ name, action }) => name === 'torch' && action !== 'inject').map(({ to }) => to),
  )
  return `| ${stack} | ${code} | ${target.python.join(', ')} | ${torch.join(', ')} | ${target.source} |`
}

try {
  console.log('| stack | exit | Python | torch | why this Python |\n| --- | ---: | --- | --- | --- |')
  for (const stack of (await readdir(stacks)).sort()) {
    if (positionals.length > 0 && !positionals.includes(stack)) continue
    const folder = join(scratch, stack)
    await cp(join(stacks, stack), folder, { recursive: true })
    console.log(rowOf(stack, await torchpin(folder)))
  }
} finally {
  await rm(scratch, { recursive: true })
  await described?.close()
}
