// Writes the lock files of fixtures/uv-projects, as uv or Poetry makes them against indexes of this machine:
// node scripts/run.js scripts/make-uv-projects.ts [names of rows]. It needs uv on the PATH, and takes Poetry from $POETRY.
// `before` is locked as a user would have; `after` starts from that lock and holds the releases that expect.json names. The
// hosts of the indexes are exchanged for placeholders. What changed is for whoever runs it to look at.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockWithPoetry, rehash } from '../integrations/uv-projects/poetry.ts'
import { copyProject, type Row, readRows, type Side } from '../integrations/uv-projects/rows.ts'
import { held, lockOf, ofScript, type Run, runner } from '../integrations/uv-projects/uv.ts'
import { serveProjectIndexes } from '../test/loopback/uv-projects.ts'

const indexes = await serveProjectIndexes()
const temporary = mkdtempSync(join(tmpdir(), 'torchpin-uv-projects-'))

async function lock(run: Run, { name, expected }: Row, side: Side, folder: string): Promise<void> {
  const words = side === 'after' ? held(expected) : (expected.lockedWith ?? [])
  const { code, stderr, stdout } =
    expected.tool === 'poetry'
      ? await lockWithPoetry(
          run,
          folder,
          side === 'after' ? { ...expected.releases, ...expected.holds } : expected.lockedAt,
        )
      : await run('uv', ['lock', ...ofScript(expected), ...words], folder)
  if (code !== 0) throw new Error(`${name}: ${stdout}${stderr}`)
}

/** Puts the lock of a folder of work into the fixture. */
async function record(run: Run, { folder, expected }: Row, side: Side, from: string): Promise<void> {
  const file = lockOf(expected)
  writeFileSync(join(folder, side, file), indexes.recorded(readFileSync(join(from, file), 'utf8')))
  if (expected.tool === 'poetry') await rehash(run, join(folder, side))
}

async function make(row: Row): Promise<void> {
  const { name, expected } = row
  if (expected.unlocked || (expected.script && !expected.locked)) return
  const run = runner(indexes, join(temporary, 'home'))
  const [before, after] = [join(temporary, name, 'before'), join(temporary, name, 'after')]
  const file = lockOf(expected)
  for (const side of ['before', 'after']) rmSync(join(row.folder, side, file), { force: true })
  copyProject(join(row.folder, 'before'), before, indexes.placed)
  copyProject(join(row.folder, 'after'), after, indexes.placed)
  if (!expected.noLockBefore) {
    await lock(run, row, 'before', before)
    await record(run, row, 'before', before)
    cpSync(join(before, file), join(after, file))
  }
  if (expected.changes.includes(file)) await lock(run, row, 'after', after)
  await record(run, row, 'after', after)
  console.log(name)
}

try {
  for (const row of readRows(process.argv.slice(2)))
    await make(row).catch((error: Error) => {
      console.log(error.message)
      process.exitCode = 1
    })
} finally {
  await indexes.close()
  rmSync(temporary, { recursive: true, force: true })
}
