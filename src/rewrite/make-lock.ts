import { basename, dirname } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import type { Manager } from '../run/managed.ts'
import type { ProjectFile } from '../run/projects.ts'
import { asArgument } from '../text/shell-words.ts'
import { type NeutralGround, neutralGround } from './installers/neutral-ground.ts'
import { lockWithPoetry } from './installers/poetry-lock.ts'
import { type LockOutcome, type LockRequest, lockWithUv } from './installers/uv-lock.ts'
import { laidDown } from './laid-down.ts'
import type { LockMaker, MadeLock, ProjectUnit } from './plan.ts'
import { repositoriesOf } from './repositories.ts'

/**
 * Has the uv or the Poetry of this machine make the lock, on neutral ground. Where it cannot without running code of a package,
 * or without what a repository may not have, the lock stays.
 * @throws TorchpinError NO_SOLUTION
 */
export const lockedByItsTool: LockMaker = async (unit, plans, held) => {
  const { project, options } = unit
  const command = lockCommand(unit, held)
  const tool = tools[project.manager]
  const reason = tool.whyNot(unit)
  if (reason !== undefined) return { kind: 'stale', reason, command }
  const laid = await laidDown(project, plans)
  if ('outside' in laid) return { kind: 'stale', reason: laid.outside, command }
  const ground = await neutralGround(options, await repositoriesOf([project.root.absolute], options), new Set())
  try {
    const script = project.isScript ? basename(project.root.absolute) : undefined
    const { offline, builds } = options
    const request = { ...laid, script, held, builds, offline }
    return madeBy(await tool.lock(request, ground), tool, command)
  } finally {
    await ground.leave()
  }
}

/** What the build backend would be asked for. */
const asked = ['version', 'dependencies', 'optional-dependencies', 'requires-python']

/** Why uv is not asked; undefined: it is. */
function whyNotUv({ project, options: { builds } }: ProjectUnit): string | undefined {
  const built = builds ? undefined : builtByUv(project)
  return built === undefined ? undefined : `uv would run code of ${built} to do so; --allow-builds lets it`
}

/** The same for Poetry. It cannot be told to build nothing, nor to stay off the network. */
function whyNotPoetry({ options: { builds, offline } }: ProjectUnit): string | undefined {
  if (!builds) return 'Poetry may run code of packages to do so; --allow-builds lets it'
  return offline ? 'Poetry would ask indexes to do so, which --offline forbids' : undefined
}

/** The file whose project says too little without its build: `--no-build` does not count for the project itself, or a member. */
function builtByUv({ root, members }: ProjectUnit['project']): string | undefined {
  return [root, ...members].find(saysTooLittle)?.path
}

/** Beside what is left to the backend, uv has it asked where Poetry's table may hold what is needed. */
function saysTooLittle({ pyproject: { project, poetry, buildable, workspace } }: ProjectFile): boolean {
  if (!project) return buildable && !workspace
  return project.dynamic.some(field => asked.includes(field)) || (poetry && !project.statesDependencies)
}

interface Tool {
  readonly name: string
  readonly lock: (request: LockRequest, ground: NeutralGround) => Promise<LockOutcome>
  /** A clause that says why it is not to make this lock; undefined: it may. */
  readonly whyNot: (unit: ProjectUnit) => string | undefined
}

const tools: Readonly<Record<Manager, Tool>> = {
  uv: { name: 'uv', lock: lockWithUv, whyNot: whyNotUv },
  poetry: { name: 'Poetry', lock: lockWithPoetry, whyNot: whyNotPoetry },
}

function madeBy(outcome: LockOutcome, { name }: Tool, command: string): MadeLock {
  switch (outcome.kind) {
    case 'locked':
      return { kind: 'made', text: new TextDecoder().decode(outcome.lock), version: outcome.version }
    case 'no-tool': {
      const { version } = outcome
      const reason = version === undefined ? `${name} is not on the PATH` : `${name} ${version} is too old`
      return { kind: 'stale', reason, command }
    }
    case 'refused':
      return { kind: 'stale', reason: `${name} ${outcome.version} failed: ${inOneLine(outcome.words)}`, command }
    case 'no-solution':
      throw new TorchpinError(
        'NO_SOLUTION',
        `${name} ${outcome.version} finds no versions that go together:\n${outcome.words}`,
        {
          hint: 'the CPU index has fewer releases than the public one; torchpin versions lists them',
        },
      )
  }
}

/** `error: a` and below it `  cause: b` become `a: b`: a notice is one line. Hints of the tool are about its own flags. */
function inOneLine(words: string): string {
  return words
    .split('\n')
    .map(line => line.trim().replace(/^(?:error|cause): /, ''))
    .filter(line => line !== '' && !line.startsWith('hint: '))
    .reduce((all, line) => (all === '' ? line : `${all}${all.endsWith('.') ? '' : ':'} ${line}`), '')
}

/** What the user is to run. */
export function lockCommand({ project }: Pick<ProjectUnit, 'project'>, held: readonly string[]): string {
  const folder = dirname(project.root.path)
  const [place, script] = [folder, project.root.path].map(withoutDash)
  const where = folder === '.' ? [] : project.manager === 'uv' ? ['--directory', place!] : ['-C', place!]
  if (project.manager === 'poetry') return ['poetry', ...where, 'lock'].map(asArgument).join(' ')
  const what = project.isScript ? ['--script', script!] : where
  return ['uv', 'lock', ...what, ...held.flatMap(pin => ['-P', pin])].map(asArgument).join(' ')
}

/** A path that no program takes for a flag. */
function withoutDash(path: string): string {
  return path.startsWith('-') ? `./${path}` : path
}
