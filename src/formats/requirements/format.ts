import { basename } from 'node:path'
import { TorchpinError } from '../../contract/errors.ts'
import { decode } from '../../files/encoding.ts'
import type { Format } from '../format.ts'
import { edit } from './edit.ts'
import { parseRequirements, type RequirementsDocument } from './parse.ts'

const fileNames =
  /(?:requirements?.*|(?:^|[-_.])constraints?.*|(?:^|[-_.])reqs?(?:[-_.].*)?|(?:^|[-_.])pip[-_.]?(?:freeze|list)|(?:^|[-_.])freeze)\.(?:txt|in)$|(?:^|[-_.])requirements(?:[-_.].*)?\.lock$/i

/** pip's requirements files. */
export const requirementsFormat: Format<RequirementsDocument> = {
  name: 'requirements.txt',
  matches: path => fileNames.test(basename(path)),
  read(bytes, { path, variables }) {
    const decoded = decode(bytes)
    if ('text' in decoded) return parseRequirements(decoded.text, variables)
    throw new TorchpinError('FILE_UNREADABLE', `${path} ${decoded.problem}`, { hint: decoded.hint })
  },
  edit,
}
