// Rewrites requirements files, says what that saves, and refuses what is still too large.
import { type Change, check, type Options, rewrite, type Savings, save, TorchpinError } from 'torchpin'

const paths = process.argv.slice(2)
const options: Partial<Options> = { python: ['3.12'], offline: true, onNotice: message => console.error(message) }
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

function described({ line, from, to, reason }: Change): string {
  return `${line}: ${from || '(new)'} -> ${to || '(gone)'} (${reason})`
}

function told({ before, after, saved }: Savings): string {
  return `${before.packages} -> ${after.packages} packages, ${megabytes(saved.download)} less to download`
}

try {
  const done = await rewrite(paths, options)
  for (const { path, changes } of done.result.files)
    for (const change of changes) console.log(`${path}:${described(change)}`)
  if (done.result.savings) console.log(told(done.result.savings))
  await save(done)

  const { ok, findings } = await check(paths, { ...options, maxDownload: 800e6 })
  for (const { path, line, code, message } of findings) console.log(`${path}:${line ?? 1}: ${code}: ${message}`)
  process.exitCode = ok ? 0 : 1
} catch (error) {
  if (!(error instanceof TorchpinError)) throw error
  console.error(`${error.code}: ${error.message}${error.hint ? ` (${error.hint})` : ''}`)
  process.exitCode = error.exitCode
}
