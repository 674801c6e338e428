import { fileURLToPath } from 'node:url'
import { action } from './action.ts'
import { runTorchpin } from './run.ts'

/** Where the process of the action begins: bundled into `dist/`, beside which `bin/` is. */
const bin = fileURLToPath(new URL('../bin/torchpin.js', import.meta.url))
process.exitCode = await action(process.env, runTorchpin(bin), text => process.stdout.write(text))
