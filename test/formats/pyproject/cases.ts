import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PyprojectManifest } from '../../../src/formats/project-manifest.ts'
import type { Span } from '../../../src/text/edits.ts'
import type { AnyDecision, Written } from './written.ts'

const folder = fileURLToPath(new URL('../../../fixtures/pyproject/', import.meta.url))

/** A decision as a case states it: the entry by its text, the index by its name or its URL. */
type Stated = { readonly kind: string; readonly entry?: string; readonly of?: string } & Readonly<
  Record<string, unknown>
>

export interface Case extends Written {
  readonly id: string
  readonly folder: string
  readonly input: string
  readonly stated: readonly Stated[]
}

export const cases: readonly Case[] = readdirSync(folder).map(id => {
  const extension = readdirSync(folder + id).includes('input.py') ? 'py' : 'toml'
  const input = readFileSync(`${folder}${id}/input.${extension}`, 'utf8')
  const stated = JSON.parse(readFileSync(`${folder}${id}/decisions.json`, 'utf8'))
  return { id, folder: folder + id, extension, input, stated }
})

/** The decisions of a case about a file as it was read. */
export function decisionsOf(manifest: PyprojectManifest, stated: readonly Stated[]): AnyDecision[] {
  return stated.map(({ entry, of, ...decision }) => {
    const at: Span | undefined =
      entry !== undefined
        ? manifest.entries.find(({ text }) => text === entry)!.at
        : manifest.indexes.find(({ name, url }) => of !== undefined && (name === of || url === of))?.at
    const restated = { project: undefined, extras: undefined, specifier: undefined, pins: [], ignoredIndexes: [] }
    const isRestated = ['pin', 'switch', 'replace'].includes(decision.kind)
    return { ...(isRestated && restated), ...(at && { at }), ...decision } as unknown as AnyDecision
  })
}
