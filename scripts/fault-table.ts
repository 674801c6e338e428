import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FaultName, faults, serveFaults } from '../test/loopback/faults.ts'
import { serveIndexes } from '../test/loopback/indexes.ts'
import { cpu2023, main2023 } from '../test/loopback/worlds.ts'

/**
 * What the real command does where an index misbehaves, with its settings as they are, as a table in Markdown:
 * node scripts/run.js scripts/fault-table.ts > docs/faults.md (Linux; some two minutes)
 */
const bin = fileURLToPath(new URL('../bin/torchpin.js', import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), 'torchpin-faults-'))
const faulty = await serveFaults()
const good = await serveIndexes(cpu2023, main2023)
const before = 'demo>=1\n'
// Not the resource usage, which begins with that of the process that forks.
const tellMemory =
  'import{readFileSync}from"node:fs";process.on("exit",()=>process.stderr.write("\\npeak "+/VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status"))[1]))'

async function row(fault: FaultName): Promise<string> {
  const cwd = mkdtempSync(join(temporary, 'run-'))
  writeFileSync(join(cwd, 'requirements.txt'), before)
  const began = performance.now()
  const child = spawn(
    process.execPath,
    [
      `--import=data:text/javascript,${encodeURIComponent(tellMemory)}`,
      ...[bin, 'rewrite', '--python', '3.11', '--no-progress', '--cpu-index-url', good.cpu],
      ...['--index-url', faulty.url(fault), '--cache-dir', join(cwd, 'cache'), 'requirements.txt'],
    ],
    {
      cwd,
      env: { PATH: process.env['PATH']!, HOME: cwd, PIP_CONFIG_FILE: '/dev/null' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', text => (said += text))
  const [code] = await once(child, 'close')
  const seconds = (performance.now() - began) / 1000
  const [, text = '', peak = ''] = /^([\s\S]*)\npeak (\d+)$/.exec(said) ?? []
  const kept = readFileSync(join(cwd, 'requirements.txt'), 'utf8') === before
  const cells = [
    fault,
    code,
    code === 0 ? 'rewritten' : kept ? 'as it was' : '**CHANGED**',
    shortened(text),
    seconds.toFixed(1),
    Math.round(Number(peak) / 1024),
  ]
  return `| ${cells.join(' | ')} |`
}

/** The error, or the note that tells most. */
function shortened(text: string): string {
  const lines = text.split('\n').filter(line => /^(?:error|note)/.test(line) && !line.includes('trying again'))
  const told =
    lines.at(0) === undefined
      ? ''
      : lines[0]!.startsWith('error[NO_SOLUTION]')
        ? `${lines[0]} … ${/^ {2}No .*/m.exec(text)?.[0].trim()}`
        : lines.join('; ')
  return told
    .replaceAll(/http:\/\/127\.0\.0\.1:\d{2,}\/[^/\s]+/g, '…')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d{2,}/g, '…')
    .replaceAll('|', '\\|')
}

const names = Object.keys(faults) as FaultName[]
const patient: readonly FaultName[] = ['never-answers', 'stops-in-the-middle', 'slow-drip', 'slow-headers']
const waiting = new Map(patient.map(name => [name, row(name)]))
const rows: string[] = []
for (const name of names) if (!waiting.has(name)) rows.push(await row(name))
for (const waited of waiting.values()) rows.push(await waited)
await faulty.close()
await good.close()
rmSync(temporary, { recursive: true })
console.log(`# What torchpin does where an index misbehaves

Made by \`node scripts/run.js scripts/fault-table.ts\`: the real command, Node ${process.versions.node}, every setting at its default, one
requirement whose index has the fault (\`test/loopback/faults.ts\`). \`test/faults.test.ts\` holds codes and messages. Where the code
is 0, the fault is in a wheel: its version is chosen all the same, and the note says that what it needs is not known.

| fault | exit code | file | message | seconds | peak MiB |
| --- | ---: | --- | --- | ---: | ---: |
${rows.join('\n')}`)
