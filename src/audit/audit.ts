import type { Progress } from '../contract/options.ts'
import type { AuditFinding, AuditResult } from '../contract/results/audit.ts'
import { version } from '../contract/version.ts'
import { auditBudgetFindings, budgetsOf } from './budgets.ts'
import { acceleratorFindings, acceptFindings, asides, deletedFindings } from './findings.ts'
import { bytesOf, takeInventory, weighed } from './inventory.ts'
import { lookThrough } from './layers.ts'
import { readContents } from './read.ts'
import { weigh } from './tree.ts'

/** The options of `audit`. */
export interface AuditOptions {
  /** Which image of an archive that has several, by its tag. */
  readonly image: string | undefined
  /** Which platform of an image for several; undefined: Linux on x86_64 where there is one. */
  readonly platform: 'linux-x86_64' | 'linux-aarch64' | undefined
  /** Bytes that the whole may have: of an image what its layers ship, unpacked; of a folder its files. */
  readonly maxSize: number | undefined
  /** Bytes that a layer may have, unpacked. */
  readonly maxLayer: number | undefined
  /** Names of packages whose parts for GPUs are reported and fail nothing. */
  readonly accept: readonly string[]
  /** Where relative paths start. */
  readonly cwd: string
  /** What `-` stands for: the bytes of an image archive. */
  readonly stdin: AsyncIterable<Uint8Array> | undefined
  /** Ends the run with INTERRUPTED. */
  readonly signal: AbortSignal | undefined
  /** Called again and again with what the run is busy with. */
  readonly onProgress: (event: Progress) => void
}

/**
 * Says whether there is CUDA, ROCm or triton in what ships, whose it is and what it weighs. Nothing is unpacked to disk, and no code
 * of what is read is run.
 *
 * @param path a virtual environment, a site-packages folder, a root file system; an image: an archive of `docker save` or of OCI, as
 *   it is or compressed by gzip or zstd, or the folder of one; `-`: an archive from `stdin`
 * @throws TorchpinError FILE_UNREADABLE where it is not there, damaged, or nothing of these; BAD_OPTION
 */
export async function audit(path: string, given: Partial<AuditOptions> = {}): Promise<AuditResult> {
  const options: AuditOptions = {
    image: undefined,
    platform: undefined,
    maxSize: undefined,
    maxLayer: undefined,
    accept: [],
    cwd: process.cwd(),
    stdin: undefined,
    signal: undefined,
    onProgress: () => undefined,
    ...given,
  }
  const contents = await readContents(path, options)
  const { kind, image, tree } = contents
  const inventory = takeInventory(tree)
  const effective = weigh(tree)
  const found = image ? lookThrough(image, tree, inventory) : undefined
  const shipped = found?.shipped ?? effective
  const held = bytesOf(inventory.holdings)
  const budgets = budgetsOf(options, shipped.bytes, found?.layers ?? [])
  const findings = [
    ...acceptFindings(acceleratorFindings(inventory), options.accept),
    ...deletedFindings(found?.deleted ?? []),
    ...asides(path, contents, inventory),
    ...auditBudgetFindings(path, kind, budgets),
  ].toSorted(heaviestErrors)
  return {
    schema: 1,
    version,
    source: {
      path,
      kind,
      ...(image && { image: image.tags }),
      ...(image?.platform !== undefined && { platform: image.platform }),
    },
    torch: inventory.torch.map(({ path, version, cuda, hip }) => ({ path, version, cuda, hip })),
    findings,
    accelerator: { effective: held, shipped: found?.accelerator ?? held },
    distributions: weighed(inventory),
    layers: found?.layers ?? [],
    effective,
    shipped,
    budgets,
    ok: !findings.some(({ level }) => level === 'error'),
  }
}

/** Errors first, and of each kind what weighs most. */
function heaviestErrors(a: AuditFinding, b: AuditFinding): number {
  const levels = ['error', 'warning', 'info']
  return (
    levels.indexOf(a.level) - levels.indexOf(b.level) ||
    (b.bytes ?? 0) - (a.bytes ?? 0) ||
    (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
  )
}
