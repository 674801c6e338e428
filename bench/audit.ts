// Speed and memory of `torchpin audit` on large images: node scripts/run.js bench/audit.ts [--gigabytes 10] [--folder /tmp]
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { blocksOf, headerBlock } from '../test/audit/make-tar.ts'

const { values } = parseArgs({
  options: { gigabytes: { type: 'string', default: '10' }, folder: { type: 'string', default: '/tmp' } },
})
const bin = fileURLToPath(new URL('../bin/torchpin.js', `file://${process.argv[1]}`))
const UNIT = 256 * 10 ** 6
const layers = Math.round((Number(values.gigabytes) * 1e9) / UNIT)
const packings = ['none', 'gzip', 'zstd'] as const
type Packing = (typeof packings)[number]

const { bavail, bsize } = statfsSync(values.folder)
if (bavail * bsize < 2.5 * layers * UNIT) throw new Error(`${values.folder} has too little room`)
const folder = mkdtempSync(join(values.folder, 'torchpin-bench-'))
try {
  const unit = madeUpFiles()
  process.stdout.write(`Node ${process.version}, ${layers} layers of ${UNIT / 1e6} MB\n\n`)
  process.stdout.write(
    '| image | run | seconds | MB/s read | MB/s unpacked | peak RSS MB |\n| --- | --- | ---: | ---: | ---: | ---: |\n',
  )
  for (const packing of packings) {
    const path = join(folder, `${packing}.tar`)
    writeImage(path, unit, packing)
    const stored = statSync(path).size
    const runs: readonly (readonly [string, string])[] = [
      ['audit FILE', `exec ${process.execPath} ${bin} audit --quiet ${path}`],
      ['audit - < pipe', `cat ${path} | exec ${process.execPath} ${bin} audit --quiet -`],
      ['node, read only', `exec ${process.execPath} -e "${bare('none')}" ${path}`],
      ...(packing === 'none' ? [['cat \\| cat', `cat ${path} | cat > /dev/null`] as const] : []),
      ...(packing === 'gzip'
        ? [
            ['node, gunzip only', `exec ${process.execPath} -e "${bare('gzip')}" ${path}.raw`] as const,
            ['gzip -dc', `gzip -dc ${path}.raw > /dev/null`] as const,
            ['gzip -dc \\| tar t', `gzip -dc ${path}.raw | tar ti > /dev/null`] as const,
          ]
        : []),
      ...(packing === 'zstd'
        ? [
            ['zstd -dc', `zstd -dcq ${path}.raw > /dev/null`] as const,
            // Each layer ends with blocks of zeros, at the first of which tar would stop.
            ['zstd -dc \\| tar t', `zstd -dcq ${path}.raw | tar ti > /dev/null`] as const,
          ]
        : []),
    ]
    for (const [name, command] of runs) {
      const { seconds, rss } = await measured(command)
      const rate = (bytes: number) => (bytes / 1e6 / seconds).toFixed(0)
      process.stdout.write(
        `| ${packing} ${(stored / 1e9).toFixed(2)} GB | ${name} | ${seconds.toFixed(2)} | ${rate(stored)} | ${rate(layers * UNIT)} | ${(rss / 1e6).toFixed(0)} |\n`,
      )
    }
    rmSync(path)
    rmSync(`${path}.raw`, { force: true })
  }
} finally {
  rmSync(folder, { recursive: true })
}

/** A pipeline of Node and nothing else. */
function bare(packing: 'none' | 'gzip'): string {
  const unpack = packing === 'gzip' ? '.pipe(require(`zlib`).createGunzip({chunkSize:262144}))' : ''
  return `require(\`fs\`).createReadStream(process.argv[1],{highWaterMark:262144})${unpack}.on(\`data\`,()=>{})`.replaceAll(
    '`',
    "'",
  )
}

/** Thousands of small files and some large ones, which compress to a third or so. */
function madeUpFiles(): Buffer {
  let state = 1
  const random = () => (state = (state * 48271) % 2147483647)
  const words = Array.from({ length: 4096 }, () => Buffer.from(`${random().toString(36)} `))
  const text = Buffer.concat(Array.from({ length: 2 ** 20 }, () => words[random() % words.length]!))
  const blocks: Buffer[] = []
  let length = 0
  for (let i = 0; length < UNIT; i++) {
    const size = i % 100 === 99 ? 4_700_000 : random() % 8192
    const at = random() % (text.length - size)
    const made = blocksOf({
      path: `usr/lib/python3.11/site-packages/p${i % 200}/m${i}.py`,
      data: text.subarray(at, at + size),
    })
    blocks.push(...made)
    length += made.reduce((sum, block) => sum + block.length, 0)
  }
  return Buffer.concat(blocks)
}

/** An archive as Docker saves it; its layers differ in their first file alone, so that packing them does not take hours. */
function writeImage(path: string, unit: Buffer, packing: Packing): void {
  const pack = {
    none: (bytes: Buffer) => bytes,
    gzip: (bytes: Buffer) => gzipSync(bytes, { level: 6 }),
    zstd: (bytes: Buffer) => execFileSync('zstd', ['-q', '-3'], { input: bytes, maxBuffer: 2 ** 30 }),
  }[packing]
  const common = pack(Buffer.concat([unit, Buffer.alloc(1024)]))
  const out = openSync(path, 'w')
  const raw = packing === 'none' ? undefined : openSync(`${path}.raw`, 'w')
  const write = (name: string, parts: readonly Buffer[]) => {
    const size = parts.reduce((sum, part) => sum + part.length, 0)
    writeSync(out, headerBlock({ name, type: '0', size }))
    for (const part of parts) writeSync(out, part)
    writeSync(out, Buffer.alloc((512 - (size % 512)) % 512))
  }
  const names = Array.from({ length: layers }, (_, i) => {
    const own = pack(Buffer.concat(blocksOf({ path: `layer-${i}`, data: `${i}` })))
    const name = `blobs/sha256/${createHash('sha256').update(own).update(common).digest('hex')}`
    write(name, [own, common])
    if (raw !== undefined) for (const part of [own, common]) writeSync(raw, part)
    return name
  })
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux' }))
  const configName = `blobs/sha256/${createHash('sha256').update(config).digest('hex')}`
  write(configName, [config])
  write('manifest.json', [Buffer.from(JSON.stringify([{ Config: configName, RepoTags: ['a:1'], Layers: names }]))])
  writeSync(out, Buffer.alloc(1024))
  closeSync(out)
  if (raw !== undefined) closeSync(raw)
}

/** Wall time of a command of the shell, and the most memory that the last of its processes held. */
async function measured(command: string): Promise<{ seconds: number; rss: number }> {
  const begun = performance.now()
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] })
  let rss = 0
  const look = setInterval(() => {
    for (const pid of [child.pid!, ...childrenOf(child.pid!)]) rss = Math.max(rss, peakOf(pid))
  }, 20)
  const code = await new Promise(done => child.on('close', done))
  clearInterval(look)
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  return { seconds: (performance.now() - begun) / 1000, rss }
}

function childrenOf(pid: number): number[] {
  const list = readText(`/proc/${pid}/task/${pid}/children`)
  return list.split(' ').filter(Boolean).map(Number)
}

function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
