// Draws what `torchpin rewrite` prints as docs/rewrite.svg: node scripts/run.js scripts/make-screenshot.ts
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** Seconds: until the command is typed, and from one line of what it prints to the next. */
const [TYPED, STEP] = [1.6, 0.04]

const folder = mkdtempSync(join(tmpdir(), 'torchpin-screenshot-'))
copyFileSync('examples/requirements.txt', join(folder, 'requirements.txt'))
const command = ['rewrite', '--python', '3.11', 'requirements.txt']
const more = ['--offline', '--cache-dir', join(folder, 'cache'), '--color', 'always']
const printed = execFileSync(process.execPath, [resolve('bin/torchpin.js'), ...command, ...more], {
  cwd: folder,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
})
rmSync(folder, { recursive: true })
mkdirSync('docs', { recursive: true })
writeFileSync('docs/rewrite.svg', drawn(`\u001b[1m$ torchpin ${command.join(' ')}\u001b[22m\n${printed}`))

/**
 * A terminal as SVG: text in a fixed pitch, with the styles that the reports use. The command is typed and its lines follow once;
 * where nothing moves, or somebody wants it so, all of it is there from the beginning.
 */
function drawn(text: string): string {
  const lines = text.trimEnd().split('\n')
  const columns = Math.max(...lines.map(line => line.replace(/\u001b\[\d+m/g, '').length))
  const [width, height] = [Math.ceil(columns * 7.83) + 32, lines.length * 18 + 44]
  const rows = lines.map((line, i) => {
    const moved = i === 0 ? 'class="typed"' : `style="animation-delay:${(TYPED + i * STEP).toFixed(2)}s"`
    return `<text x="16" y="${i * 18 + 44}" xml:space="preserve" ${moved}>${spans(line)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="torchpin rewrite in a terminal">
<style>text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #d1d7e0 }
.b { font-weight: 700; fill: #f0f6fc } .d { fill: #9198a1 } .r { fill: #ff7b72 } .g { fill: #3fb950 } .y { fill: #d29922 } .c { fill: #39c5cf }
@media (prefers-reduced-motion: no-preference) { text { animation: shown 1ms both } .typed { animation: typed ${TYPED - 0.3}s steps(${lines[0]!.length}) both } }
@keyframes shown { from { opacity: 0 } }
@keyframes typed { from { clip-path: inset(0 100% 0 0) } to { clip-path: inset(0 0 0 0) } }</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
${['#ff5f57', '#febc2e', '#28c840'].map((color, i) => `<circle cx="${20 + i * 18}" cy="16" r="5" fill="${color}"/>`).join('')}
${rows.join('\n')}
</svg>
`
}

function spans(line: string): string {
  const classes: Record<string, string> = { 1: 'b', 2: 'd', 31: 'r', 32: 'g', 33: 'y', 36: 'c' }
  let current = ''
  return line
    .split(/(\u001b\[\d+m)/)
    .map(part => {
      const code = /^\u001b\[(\d+)m$/.exec(part)?.[1]
      if (code !== undefined) current = classes[code] ?? ''
      if (code !== undefined || part === '') return ''
      const text = part.replace(/[&<>]/g, character => `&#${character.charCodeAt(0)};`)
      return current ? `<tspan class="${current}">${text}</tspan>` : text
    })
    .join('')
}
