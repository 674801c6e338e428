import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { files, source } from '../scripts/house/imports.ts'

/** A word that the source has given up: the words it begins with or is, in identifiers and comments; and its successor. */
const retired: Readonly<Record<string, { readonly words: RegExp; readonly instead: string }>> = {
  Taste: { words: /\b[Tt]astes?\b|[a-z]Taste/, instead: 'Preferences' },
  Unsettled: { words: /\b[Uu]nsettled\b/, instead: 'NoAnswer' },
  asTheyWere: { words: /asThey(?:Were|Are)/, instead: 'actualInstall' },
  sprung: { words: /\b[Ss]prung\b|[a-z]Sprung/, instead: 'unavoidedTraps' },
  Pen: { words: /\bPen\b|\bpen(?:For)?\b/, instead: 'Formatter' },
  pace: { words: /\bpace\b/, instead: 'throughput' },
  remedy: { words: /\b[Rr]emed(?:y|ies)\b/, instead: 'fix' },
  settle: { words: /\b[Ss]ettle[sd]?\b|[a-z]Settled?\b/, instead: 'solve, decided' },
  passedOver: { words: /[Pp]assedOver|^\s*(?:\/?\*|\/\/).*\bpass(?:ed|es)? (?:it )?over\b/, instead: 'skipped' },
  mend: { words: /\bmend[A-Z]|[a-z]Mend|^\s*(?:\/?\*|\/\/).*\b[Mm]end/, instead: 'fix' },
  told: { words: /\b(?:const|let|readonly|function) (?:told|said|tells)\b|\bTOLD\b/, instead: 'reported' },
  twin: { words: /\b[Tt]wins?\b|[a-z]Twin/, instead: 'cpuAlternative' },
}

describe('words that the source has given up', () => {
  test.each(Object.entries(retired))('%s', (_, { words, instead }) => {
    const found = files.flatMap(file =>
      readFileSync(resolve(source, file), 'utf8')
        .split('\n')
        .flatMap((line, i) => (words.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
    )
    expect(found, `say ${instead}`).toEqual([])
  })
})
