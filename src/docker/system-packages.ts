import type { Step } from '../project-files/dockerfile/dockerfile.ts'
import type { ShellCommand } from '../project-files/shell/script.ts'
import type { Word } from '../project-files/shell/words.ts'

/** A command of a system's package manager. */
export interface SystemCommand {
  readonly manager: 'apt' | 'apk' | 'rpm'
  readonly action: 'install' | 'remove' | 'update'
  readonly verb: Word
  readonly packages: readonly Word[]
  readonly options: readonly string[]
  readonly command: ShellCommand
  readonly step: Step
}

// Maps, for a Dockerfile may name what every object has: `constructor`.
const managers: ReadonlyMap<string, SystemCommand['manager']> = new Map([
  ['apt-get', 'apt'],
  ['apt', 'apt'],
  ['aptitude', 'apt'],
  ['apk', 'apk'],
  ['yum', 'rpm'],
  ['dnf', 'rpm'],
  ['microdnf', 'rpm'],
])

const actions: ReadonlyMap<string, SystemCommand['action']> = new Map([
  ['install', 'install'],
  ['add', 'install'],
  ['remove', 'remove'],
  ['purge', 'remove'],
  ['autoremove', 'remove'],
  ['del', 'remove'],
  ['erase', 'remove'],
  ['update', 'update'],
])

/** Options that take the next word. */
const valued = new Set(['-o', '-t', '--target-release', '--default-release', '-c', '--virtual', '--repository', '-X'])

/** Reads what commands do with the packages of the system. */
export function systemCommandsOf(steps: readonly Step[]): SystemCommand[] {
  return steps.flatMap(step => (step.kind === 'run' ? step.commands.flatMap(command => readSystem(command, step)) : []))
}

function readSystem(command: ShellCommand, step: Step): SystemCommand[] {
  const [program, ...words] = command.words
  const manager = managers.get(program?.value?.replace(/^.*\//, '') ?? '')
  if (!manager) return []
  const options: string[] = []
  const plain: Word[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (!word.lead.startsWith('-')) plain.push(word)
    else {
      options.push(word.lead)
      // apk's -t is a name for a group of packages, apt's a release.
      if (valued.has(word.lead)) i++
    }
  }
  const [verb, ...packages] = plain
  const action = actions.get(verb?.value ?? '')
  return action && verb ? [{ manager, action, verb, packages, options, command, step }] : []
}

/** The name of a package without a version or an architecture. */
export function packageName({ lead }: Word): string {
  return lead.replace(/[=:~<>].*$/s, '')
}
