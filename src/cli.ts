import { fail, main } from './commands/main.ts'

/** Where the process begins and ends. Each command has a file in `commands/`, and loads what it needs when it runs. */

/** `print` reports errors of its stream itself, and a notice that cannot be written stops nothing. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

// What a callback throws comes here. Nothing goes on behind it: what it left undone would keep the process waiting.
process.on('uncaughtException', async error => {
  await fail(error)
  process.exit()
})

// Nothing more to wait for, and the command has not ended: not to be taken for success.
let ended = false
process.on('exit', () => {
  if (!ended) process.exitCode ||= 70
})

/** Long enough for what was interrupted to remove its folders, in milliseconds. */
const TO_CLEAN_UP = 1000

void main().finally(() => {
  ended = true
  // A connection that is being made cannot be given up: after Ctrl-C it would keep the process for up to ten seconds.
  if (process.exitCode === 130) setTimeout(() => process.exit(), TO_CLEAN_UP).unref()
})
