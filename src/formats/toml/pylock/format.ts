import { basename } from 'node:path'
import type { PylockDecision } from '../../decision.ts'
import type { Format } from '../../format.ts'
import { tomlText } from '../pyproject/format.ts'
import { edit } from './edit.ts'
import type { PylockManifest } from './manifest.ts'
import { readPylockText } from './read.ts'

/** pylock.toml and pylock.NAME.toml, the locks of PEP 751. */
export const pylockFormat: Format<PylockManifest, PylockDecision> = {
  name: 'pylock.toml',
  matches: path => /^pylock(?:\.[^.]+)?\.toml$/.test(basename(path)),
  read(bytes, { path }) {
    const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    return { ...readPylockText(tomlText(bytes, path), path), encoding: { name: 'utf-8', bom } }
  },
  edit,
}
