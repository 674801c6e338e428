import { setFlagsFromString } from 'node:v8'

/**
 * What V8 leaves out of a short run: optimizing functions that are hardly called again, marking a heap of 15 MB in steps, and waking
 * threads to collect 1 MB. On all threads together that is a quarter of the processor time. Node keeps its own modules compiled for a
 * V8 without these flags, so they are in force only once everything is loaded, and not while more is.
 */
const leftOut = ['opt', 'incremental-marking', 'parallel-scavenge'] as const
/** What makes V8 optimize a module, a function at a time or all of it. */
const optimizingWasm = ['wasm-dynamic-tiering', 'wasm-tier-up'] as const
/** A run that takes longer is worth optimizing: of processor time, for a machine with much to do makes no run longer. In milliseconds. */
const SHORT = 500
/** How often that is looked at, in milliseconds. */
const LOOK = 100

let isShort = false
/** Whether this process is torchpin's own, and started without flags. */
let isOurs = false

/** Has V8 do the least, until the run turns out to be longer or calls `endShortRun`. Nothing happens where Node was given flags of its own. */
export function beginShortRun(): void {
  if (isShort || process.execArgv.length > 0 || process.env['NODE_OPTIONS']) return
  isShort = true
  isOurs = true
  // Before anything else that happens at the end: with these flags the code of the run would be kept for nothing.
  process.prependOnceListener('exit', endShortRun)
  for (const flag of leftOut) setFlagsFromString(`--no-${flag}`)
  lookLater()
}

function lookLater(): void {
  const look = () => {
    const { user, system } = process.cpuUsage()
    if (user + system > SHORT * 1000) endShortRun()
    else if (isShort) lookLater()
  }
  setTimeout(look, LOOK).unref()
}

/** Has V8 do its usual work: before code is loaded or kept, and where much is to be done. Does nothing in a run that did not begin as a short one. */
export function endShortRun(): void {
  if (!isShort) return
  isShort = false
  process.off('exit', endShortRun)
  for (const flag of leftOut) setFlagsFromString(`--${flag}`)
}

/**
 * Has V8 leave WebAssembly that is loaded from now on as it is first compiled. undici reads HTTP messages with a function so large that
 * optimizing it takes 200 ms of a core, far more than a run spends in it. Nothing happens in a process that is not torchpin's own.
 */
export function leaveWasmUnoptimized(): void {
  if (!isOurs) return
  for (const flag of optimizingWasm) setFlagsFromString(`--no-${flag}`)
  // As above.
  process.prependOnceListener('exit', optimizeWasm)
}

function optimizeWasm(): void {
  for (const flag of optimizingWasm) setFlagsFromString(`--${flag}`)
}
