import { isFixedByRewrite } from '../../audit/findings.ts'
import type { AuditResult, LayerResult } from '../../contract/results/audit.ts'
import { counted, formatBytes } from '../../text/bytes.ts'

const kinds = {
  venv: 'virtual environment',
  'site-packages': 'folder of packages',
  rootfs: 'root file system',
  'docker-archive': 'image of docker save',
  'oci-archive': 'OCI image archive',
  'oci-layout': 'OCI image folder',
} as const satisfies Record<AuditResult['source']['kind'], string>

/** What was read, in one line. */
export function subject({ source, distributions, effective, layers }: AuditResult): string {
  const { path, kind, image = [], platform } = source
  const parts = [
    `${kinds[kind]}${image.length > 0 ? ` ${image.join(', ')}` : ''}`,
    ...(platform === undefined ? [] : [platform]),
    ...(layers.length > 0 ? [counted(layers.length, 'layer')] : []),
    counted(distributions.length, 'package'),
    counted(effective.files, 'file'),
  ]
  return `${path === '-' ? 'standard input' : path}: ${parts.join(', ')}`
}

/** Whether something for GPUs ships, and its share of all bytes, in one line. */
export function verdict(result: AuditResult): string {
  const { accelerator, effective, shipped, layers, torch, budgets } = result
  const whole = formatBytes(shipped.bytes)
  const over = budgets.filter(({ exceeded }) => exceeded).map(({ name }) => `--${name} exceeded`)
  const seen =
    layers.length > 0 && effective.bytes !== shipped.bytes ? ` (${formatBytes(effective.bytes)} to be seen)` : ''
  if (accelerator.shipped === 0 && result.findings.every(({ code }) => code !== 'cuda-torch')) {
    const cpu = torch.map(({ version }) => `torch ${version} is a CPU build, `).join('')
    return [`Nothing for GPUs: ${cpu}${whole} in all${seen}`, ...over].join('; ')
  }
  const accepted = result.findings.some(finding => finding.accepted) && result.ok ? ', all of it accepted' : ''
  const hidden = accelerator.shipped - accelerator.effective
  const gone = layers.length > 0 && hidden > 0 ? `, ${formatBytes(hidden)} of it deleted or replaced later` : ''
  return [`${formatBytes(accelerator.shipped)} of ${whole}${seen} is for GPUs alone${gone}${accepted}`, ...over].join(
    '; ',
  )
}

/** The command that fixes a finding; empty where torchpin rewrite cannot help. */
export function rewriteFix({ findings, layers }: AuditResult): string {
  if (!findings.some(finding => !finding.accepted && isFixedByRewrite(finding))) return ''
  return `torchpin rewrite requirements.txt, then ${layers.length > 0 ? 'build the image' : 'make the environment'} again`
}

/** The limits that were given, one line each. */
export function budgetLines({ budgets, layers }: AuditResult): { readonly text: string; readonly exceeded: boolean }[] {
  return budgets.map(({ name, limit, actual, exceeded }) => {
    const what = name === 'max-layer' ? 'largest layer' : layers.length > 0 ? 'all layers, unpacked' : 'all files'
    return {
      text: `${name}: ${formatBytes(actual)} of ${formatBytes(limit)} (${what}), ${exceeded ? 'exceeded' : 'within'}`,
      exceeded,
    }
  })
}

/** The command that made a layer, without what builders put around it. */
export function madeBy({ createdBy, digest }: LayerResult): string {
  const command = createdBy
    .replace(/\s+/g, ' ')
    .replace(/^(?:RUN )?(?:\|\d+ (?:[^\s=]+=\S* )*)?\/bin\/sh -c (?:#\(nop\) )?/, match =>
      match.includes('#(nop)') ? '' : 'RUN ',
    )
    .replace(/ # buildkit$/, '')
    .trim()
  return command === '' ? digest.slice(0, 19) : command
}
