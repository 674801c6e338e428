import type { Diagnostic } from '../../contract/results/rewrite.ts'
import { torchFamily } from '../../torch/family.ts'
import { readTorchIndexUrl } from '../../torch/index-urls.ts'
import type { FileLines } from '../../torch/lines.ts'

/**
 * Whether Renovate asks the CPU index for the projects of a file. It reads each file alone, and not as pip does (its
 * manager pip_requirements, as of 39.264.1): an index after a space and not after `=`, none of `--find-links`, and no
 * extra one beside an `--index-url`.
 */
export function renovateAsksCpuIndex(text: string, cpuIndexUrl: string): boolean {
  let index: string | undefined
  const extra: string[] = []
  for (const line of text.split(/\r?\n/)) {
    const [, option, value] = /^(-i|--index-url|--extra-index-url) "?([^ "]+)/.exec(line) ?? []
    if (option === '--extra-index-url') extra.push(value!)
    else if (option) index = value!
  }
  const asked = index === undefined ? extra : [index]
  return asked.some(url => readTorchIndexUrl(url, cpuIndexUrl)?.kind === 'cpu')
}

/**
 * What is to be told of a file whose CPU pins Renovate will not follow.
 *
 * @param asked what the file asks for
 * @param text the file as it will be, with CPU pins in it
 */
export function ofRenovate(
  { asked }: FileLines,
  text: string,
  { renovate, cpuIndexUrl }: { readonly renovate: string | undefined; readonly cpuIndexUrl: string },
): Diagnostic[] {
  if (renovate === undefined || renovateAsksCpuIndex(text, cpuIndexUrl)) return []
  const first = asked.find(({ requirement }) => torchFamily.has(requirement.key))
  return [
    {
      code: 'renovate-other-index',
      level: 'info',
      line: first?.lineNumber ?? 1,
      message: `Renovate (${renovate}) does not ask the CPU index for this file: its updates lose +cpu, or there are none`,
      hint: 'name the CPU index with registryUrls in a rule for the torch family',
    },
  ]
}
