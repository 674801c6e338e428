import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveIndexes } from './indexes.ts'
import { cpu2023, main2023 } from './worlds.ts'

const before = 'torch>=2.0.0\nflask>=2\n'

/** What lay there when a run was killed. */
export interface Killed {
  /** Files as before and files as they shall be; any other is half written. */
  readonly old: number
  readonly made: number
  readonly half: readonly string[]
  /** Drafts that the killed run left, and those that the next run left of them. */
  readonly drafts: number
  readonly leftovers: readonly string[]
  /** The exit code of the next run, and how many files were then as they shall be. */
  readonly next: { readonly code: number | null; readonly made: number }
}

/**
 * Rewrites many files, and kills the run with SIGKILL: one moment lies between its start and its end, the next between its
 * first draft and its end, and so on, evenly. Each time in new folders, the cache among them; then runs to the end.
 *
 * @param bin the path of the command
 * @param moments how many
 * @param count how many files
 */
export async function* killAt(bin: string, moments: number, count: number): AsyncGenerator<Killed> {
  const indexes = await serveIndexes(cpu2023, main2023)
  const temporary = mkdtempSync(join(tmpdir(), 'torchpin-kill-'))
  const names = Array.from({ length: count }, (_, i) => `requirements-${i}.txt`)
  const after = `--extra-index-url ${indexes.cpu}\ntorch==2.1.0+cpu\nflask==3.0.0\n`
  const begin = (folder: string) => {
    const cwd = join(folder, 'files')
    const indexFlags = ['--cpu-index-url', indexes.cpu, '--index-url', indexes.main]
    const child = spawn(process.execPath, [bin, 'rewrite', '--no-sizes', '--python', '3.11', ...indexFlags, '.'], {
      cwd,
      env: { PATH: process.env['PATH']!, HOME: folder, PIP_CONFIG_FILE: '/dev/null' },
      stdio: 'ignore',
    })
    const watcher = watch(cwd)
    const closed = once(child, 'close').then(([code]) => {
      watcher.close()
      return code as number | null
    })
    return { closed, firstDraft: once(watcher, 'change'), kill: () => child.kill('SIGKILL') }
  }
  const lay = (): string => {
    const folder = mkdtempSync(join(temporary, 'run-'))
    mkdirSync(join(folder, 'files'))
    for (const name of names) writeFileSync(join(folder, 'files', name), before)
    return folder
  }
  try {
    const started = performance.now()
    const measured = begin(lay())
    await Promise.race([measured.firstDraft, measured.closed])
    const writing = performance.now()
    await measured.closed
    const lasting = { whole: performance.now() - started, writing: performance.now() - writing }
    for (let i = 0; i < moments; i++) {
      const folder = lay()
      const run = begin(folder)
      const part = (i + 1) / moments
      if (i % 2 === 0) await Promise.race([sleep(lasting.whole * part), run.closed])
      else await Promise.race([run.firstDraft.then(() => sleep(lasting.writing * part)), run.closed])
      run.kill()
      await run.closed
      const texts = names.map(name => readFileSync(join(folder, 'files', name), 'utf8'))
      const drafts = draftsIn(folder).length
      const code = await begin(folder).closed
      yield {
        old: texts.filter(text => text === before).length,
        made: texts.filter(text => text === after).length,
        half: texts.filter(text => text !== before && text !== after),
        drafts,
        leftovers: draftsIn(folder),
        next: { code, made: names.filter(name => readFileSync(join(folder, 'files', name), 'utf8') === after).length },
      }
      rmSync(folder, { recursive: true })
    }
  } finally {
    await indexes.close()
    rmSync(temporary, { recursive: true })
  }
}

/** Drafts of files and of entries of the cache. */
function draftsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => /\.torchpin$|drafts\/./.test(path))
}
