// Measures the source, or remakes what CONTRIBUTING.md shows of its rooms.
// node scripts/run.js scripts/house.ts [--write]
import { readFileSync, writeFileSync } from 'node:fs'
import { documents } from './house/document.ts'
import { measure } from './house/measure.ts'

if (process.argv.includes('--write'))
  for (const [path, remade] of Object.entries(documents)) writeFileSync(path, remade(readFileSync(path, 'utf8')))
else for (const [what, value] of Object.entries(measure())) console.log(`${what.padEnd(52)}${value}`)
