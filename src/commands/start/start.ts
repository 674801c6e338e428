import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getHeapCodeStatistics } from 'node:v8'
import { Script } from 'node:vm'
import { readBeginningSync } from '../../files/regular-file.ts'
import { keepCode, readCode } from './code-cache.ts'
import { codeFolder, codeName } from './places.ts'

/** The whole command line, written by scripts/build.js: a comment of 40 bytes that tells this text from any other, and a function. */
const bundle = fileURLToPath(new URL('./cli.cjs', import.meta.url))
const LARGEST = 64 * 2 ** 20
/** As V8 counts: the same run twice differs by less, and one more command by far more. */
const GROWTH = 1.02

type Module = { exports: unknown }
type Bundle = (exports: unknown, require: NodeJS.Require, module: Module, filename: string, dirname: string) => void

/**
 * Runs the command line with the code that V8 made of it in an earlier run of the same command: compiling takes longer than
 * most of what it does. When the process ends, code that is not kept yet is.
 */
function start(): void {
  const source = readBeginningSync(bundle, LARGEST).toString('latin1')
  const folder = codeFolder(process.env, process.cwd())
  const name = codeName(source, process.argv[2])
  const kept = folder === undefined ? undefined : readCode(folder, name)
  const script = new Script(source, { filename: bundle, ...(kept ? { cachedData: kept.code } : {}) })
  const module: Module = { exports: {} }
  const run = script.runInThisContext() as Bundle
  run(module.exports, createRequire(bundle), module, bundle, dirname(bundle))
  if (folder === undefined) return
  process.once('exit', () => {
    const bytecode = getHeapCodeStatistics().bytecode_and_metadata_size
    if (kept && !script.cachedDataRejected && bytecode <= kept.bytecode * GROWTH) return
    keepCode(folder, name, { code: script.createCachedData(), bytecode })
  })
}

start()
