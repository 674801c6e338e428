import { version } from './version.ts'

/** Where the process begins. Each command has a file in `commands/`, and loads what it needs when it runs. */

const [, , first, ...rest] = process.argv
// Asked for in scripts, and before anything is loaded.
if (rest.length === 0 && (first === '--version' || first === '-V')) process.stdout.write(`${version}\n`)
else await (await import('./commands/main.ts')).main()
