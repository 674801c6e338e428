import { TorchpinError } from '../contract/errors.ts'
import type { WheelSwitch } from '../formats/decision.ts'
import { namesHash } from '../formats/requirements/edit-wheel.ts'
import { urlToWrite } from '../torch/index-urls.ts'
import { type CpuWheel, cpuWheelOf, type DirectLine, urlOf } from '../torch/lines.ts'
import type { Digests } from './versions.ts'

/**
 * The CPU wheel in the place of a line's wheel for GPUs, with its hash where that is known; undefined where the line stays.
 * @throws TorchpinError INDEX_UNREADABLE where the line has a hash and that of the CPU wheel is not known
 */
export function decisionOnDirect(line: DirectLine, digests: Digests): WheelSwitch | undefined {
  const cpu = cpuWheelOf(line)
  if (!cpu) return undefined
  return {
    kind: 'switch-wheel',
    at: line.statement.span,
    name: line.project!,
    url: urlToWrite(cpu.file),
    sha256: hashOf(line, cpu, digests),
    reason: 'the CPU build of the same release',
  }
}

/** Whether a line says which bytes it takes, so that its CPU wheel has to say so too. */
export function isDirectHashed(line: DirectLine): boolean {
  return line.statement.hashes.length > 0 || namesHash(urlOf(line) ?? '')
}

function hashOf(line: DirectLine, { file }: CpuWheel, digests: Digests): string | undefined {
  const known = file.hashes['sha256'] ?? digests.get(file.url)
  if (known !== undefined || !isDirectHashed(line)) return known
  throw new TorchpinError(
    'INDEX_UNREADABLE',
    `${line.file.path}:${line.lineNumber} has a hash, and that of ${file.filename} is not to be had`,
    { hint: 'run again where the wheel can be fetched, or take the hash out of the line' },
  )
}
