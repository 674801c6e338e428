import { basename } from 'node:path'
import type { Change, Diagnostic, VerifiedResult } from '../contract/results/rewrite.ts'
import { noticesOnManifest } from '../decide/notices/project.ts'
import { decideProject } from '../decide/project.ts'
import { pyprojectFormat } from '../formats/toml/pyproject/format.ts'
import type { Lock } from '../locks/lock.ts'
import { readLock } from '../locks/read-lock.ts'
import { parseVersion, publicVersion } from '../packaging/version.ts'
import type { Resolution } from '../resolve/resolve.ts'
import {
  expectedInstall,
  expectedLock,
  heldAlternatives,
  heldReleases,
  isLockedForCpu,
  lockedInstall,
  servedAsLocked,
} from '../run/locked.ts'
import type { Choice } from '../run/solve/choose.ts'
import { applyEdits } from '../text/edits.ts'
import { enumerated } from '../text/lists.ts'
import { torchFamily } from '../torch/family.ts'
import { lockChanges } from './lock-changes.ts'
import { lockCommand } from './make-lock.ts'
import type { FilePlan, LockMaker, MadeLock, ProjectUnit, UnitPlan } from './plan.ts'

/**
 * Decides on the files of a project, edits them, and has the lock made anew where they or it lead to CUDA builds.
 * @throws TorchpinError NO_SOLUTION where uv finds none
 */
export async function planProject(
  unit: ProjectUnit,
  choice: Choice,
  cpuIndexUrl: string,
  makeLock: LockMaker,
): Promise<UnitPlan> {
  const { project } = unit
  const versions = {
    resolution: choice.resolution,
    locked: project.lock ? await servedAsLocked(project.lock.lock, unit.indexes) : new Set<string>(),
  }
  const { root, members } = project
  const { files, bound, left } = decideProject({ root, members, lines: choice.lines }, versions, cpuIndexUrl)
  const plans = files.map(({ of, decisions }): FilePlan => {
    const { source } = of.manifest
    const { edits, changes } = pyprojectFormat.edit(of.manifest, decisions)
    return { file: { ...of, source }, text: applyEdits(source, edits), changes, diagnostics: [] }
  })
  const lock = await planLock(unit, choice, { plans, bound }, makeLock)
  const around = { all: [root, ...members], lines: choice.lines, outcome: choice, left, cpuIndexUrl }
  return {
    files: [
      ...plans.map((plan, i) => ({ ...plan, diagnostics: noticesOnManifest(files[i]!.of, around) })),
      ...lock.files,
    ],
    after: lock.after,
    prove: async () => lock.proof,
  }
}

/** What becomes of a lock: its file where it is of the old index, what it installs then, and who made it. */
interface LockPlan extends Pick<UnitPlan, 'files' | 'after'> {
  readonly proof: readonly VerifiedResult[]
}

const asItIs: LockPlan = { files: [], after: undefined, proof: [] }

async function planLock(
  unit: ProjectUnit,
  choice: Choice,
  { plans, bound }: { readonly plans: readonly FilePlan[]; readonly bound: readonly string[] },
  makeLock: LockMaker,
): Promise<LockPlan> {
  const { lock } = unit.project
  const isChanging = plans.some(({ file, text }) => text !== file.source)
  if (!lock) return asItIs
  if (!isChanging && isLockedForCpu(lock.lock, bound, unit.options.cpuIndexUrl, unit.targets[0]!.python))
    return { ...asItIs, after: lockedInstall(lock.lock, unit).resolution }
  const alternatives = await heldAlternatives(lock.lock, choice, unit.indexes)
  const held = [...heldReleases(lock.lock, choice.resolution), ...alternatives]
  const source = new TextDecoder().decode(lock.bytes)
  const file = { ...lock, own: unit.project.root.own, source, encoding: { name: 'utf-8', bom: false } }
  const moved = movedReleases(lock.lock, choice.resolution)
  const plan = (text: string, changes: readonly Change[], more: readonly Diagnostic[] = []): FilePlan => ({
    file,
    text,
    changes,
    diagnostics: [...more, ...moved],
  })
  const made = await wholeLock(await makeLock(unit, plans, held), unit, held)
  if (made.kind === 'made') {
    const { now } = made
    const proof = unit.targets.map(target => ({ tool: unit.project.manager, version: made.version, ...target }))
    const { resolution } = lockedInstall(now, unit)
    return { files: [plan(made.text, lockChanges(lock.lock, now))], after: resolution, proof }
  }
  const expected = await expectedLock(lock.lock, choice, unit.indexes)
  const after = expectedInstall(expected, choice, unit)
  if (made.kind === 'expected') return { files: [plan(source, lockChanges(lock.lock, expected))], after, proof: [] }
  const { reason, command } = made
  const diagnostic: Diagnostic = {
    code: 'lock-stale',
    level: 'warning',
    line: 1,
    message: `${basename(lock.path)} is not updated yet: ${reason}`,
    hint: `run ${command}`,
  }
  return { files: [plan(source, [], [diagnostic])], after, proof: [] }
}

/** A lock that a tool has made, read; it stays as it was where the tool has not seen all of the projects in it. */
async function wholeLock(
  made: MadeLock,
  unit: ProjectUnit,
  held: readonly string[],
): Promise<Exclude<MadeLock, { kind: 'made' }> | (Extract<MadeLock, { kind: 'made' }> & { readonly now: Lock })> {
  if (made.kind !== 'made') return made
  const { path, lock } = unit.project.lock!
  const now = await readLock(path, made.text, unit.project.root.manifest.source)
  const kept = new Set(now.packages.map(({ name }) => name))
  const lost = lock.packages.filter(({ name, source }) => source.kind === 'project' && !kept.has(name))
  if (lost.length === 0) return { ...made, now }
  const names = enumerated(lost.map(({ name }) => name))
  return {
    kind: 'stale',
    reason: `made here it would lack ${names}, which no folder of the workspace that torchpin reads has`,
    command: lockCommand(unit, held),
  }
}

/** Releases of the torch family that are locked and have no CPU build, where what the project asks for allows another one. */
function movedReleases({ packages }: Lock, chosen: Resolution): Diagnostic[] {
  return packages.flatMap(({ name, version, line = 1 }): Diagnostic[] => {
    const [locked, taken] = [parseVersion(version), chosen.get(name)?.builds[0].version]
    if (!torchFamily.has(name) || !locked || !taken || locked.publicKey === taken.publicKey) return []
    return [
      {
        code: 'nearest-release',
        level: 'info',
        line,
        message: `${name} ${version}, which is locked, has no CPU build; the newest release that has one and goes with the project is ${publicVersion(taken).text}`,
      },
    ]
  })
}
