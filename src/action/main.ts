import { fileURLToPath } from 'node:url'
import { action } from './action.ts'

/** Where the process of the action begins: bundled into `dist/`, beside which `bin/` is. */
const bin = fileURLToPath(new URL('../bin/torchpin.js', import.meta.url))
process.exitCode = await action(process.env, bin, text => process.stdout.write(text))
