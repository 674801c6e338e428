import { posix } from 'node:path'
import { optionsNamed } from '../../project-files/commands/options.ts'
import { type CopyStep, type Mount, type RunStep, stepsOf } from '../../project-files/dockerfile/dockerfile.ts'
import { asArgument } from '../../text/shell-words.ts'
import { filesOf } from '../asked-for.ts'
import { addOptions, removeWords } from '../command-edits.ts'
import { contextPath, contextRelative } from '../context.ts'
import type { Facts, Problem } from '../facts.ts'
import type { Install } from '../install.ts'
import { torchWants } from '../torch-wants.ts'
import { shippedInstalls } from './torch.ts'

type Family = 'pip' | 'uv'

function familyOf({ tool }: Install): Family | undefined {
  if (tool === 'pip') return 'pip'
  return tool === 'uv' || tool === 'uv pip' ? 'uv' : undefined
}

/** The mount that keeps an installer's cache out of the image. */
function cacheMount({ run, command }: Install, family: Family): Mount | undefined {
  const own = command.values.get(family === 'pip' ? 'PIP_CACHE_DIR' : 'UV_CACHE_DIR')
  return run.mounts.find(({ type, target }) => {
    if (type !== 'cache' && type !== 'tmpfs') return false
    if (target === undefined) return true
    return (
      target.replace(/\/$/, '') === own?.replace(/\/$/, '') ||
      /\/\.cache\/?$/.test(target) ||
      new RegExp(`(?:^|/)${family}(?:[-_/]|$)`).test(target)
    )
  })
}

function disabling(install: Install, family: Family) {
  const [option] = optionsNamed(install.options, '--no-cache-dir', '--no-cache', ...(family === 'uv' ? ['-n'] : []))
  const variable = family === 'pip' ? 'PIP_NO_CACHE_DIR' : 'UV_NO_CACHE'
  const { values } = install.command
  // pip turns the cache off for whatever the variable says, "false" included.
  const set = values.has(variable) && values.get(variable) !== ''
  return { option, set, variable }
}

/** pip's cache in a layer that ships. */
export function* pipCacheKept(facts: Facts): Iterable<Problem> {
  for (const install of facts.installs) {
    if (install.tool !== 'pip' || install.uncertain || install.verb.value === 'uninstall') continue
    if (!facts.shipped.includes(install.stage)) continue
    const { option, set } = disabling(install, 'pip')
    if (option || set || cacheMount(install, 'pip') || clears(install.run)) continue
    if (optionsNamed(install.options, '--dry-run', '--cache-dir').length > 0) continue
    yield {
      code: 'pip-cache-kept',
      level: 'warning',
      in: 'dockerfile',
      span: install.verb.span,
      message: 'pip leaves what it downloads in its cache, which becomes part of the image',
      hint: 'add --no-cache-dir',
      edits: [addOptions(install, '--no-cache-dir')],
    }
  }
}

/** The cache goes in the same RUN. */
function clears({ commands }: RunStep): boolean {
  return commands.some(({ words }) => {
    const text = words.map(({ value, lead }) => value ?? lead).join(' ')
    return (
      /\.cache|\/root\//.test(text.slice(/\brm\b/.exec(text)?.index ?? text.length)) ||
      /\bcache (?:purge|clean|clear)/.test(text) ||
      /pip config set \S*no-cache-dir/.test(text)
    )
  })
}

/** A mounted cache that an option keeps the installer from using. */
export function* cacheMountUnused({ installs, dockerfile }: Facts): Iterable<Problem> {
  for (const install of installs) {
    const family = familyOf(install)
    if (!family || install.verb.value === 'uninstall') continue
    const mount = cacheMount(install, family)
    const { option, set, variable } = disabling(install, family)
    if (mount?.type !== 'cache' || !(option || set)) continue
    yield {
      code: 'cache-mount-unused',
      level: 'warning',
      in: 'dockerfile',
      span: option?.words[0]?.span ?? install.verb.span,
      message: `${option ? option.name : variable} turns off the cache that is mounted for it`,
      hint: option
        ? `take ${option.name} away: a mounted cache is no part of the image`
        : `take ${variable} away for this RUN`,
      ...(option &&
        !set &&
        isOwnText(dockerfile.source, option.words[0]!.span, option.name) && {
          edits: [removeWords(dockerfile.source, install, option.words)],
        }),
    }
  }
}

/** An option that a variable brings stands nowhere in the command. */
function isOwnText(source: string, { start, end }: Problem['span'], text: string): boolean {
  return source.slice(start, end).replace(/^"|"$/g, '') === text
}

/** uv with a mounted cache, from which it cannot link. */
export function* uvLinkMode({ installs }: Facts): Iterable<Problem> {
  for (const install of installs) {
    if (familyOf(install) !== 'uv' || install.verb.value === 'uninstall') continue
    const { option, set } = disabling(install, 'uv')
    if (option || set || cacheMount(install, 'uv')?.type !== 'cache') continue
    if (install.command.values.has('UV_LINK_MODE') || optionsNamed(install.options, '--link-mode').length > 0) continue
    yield {
      code: 'uv-link-mode',
      level: 'info',
      in: 'dockerfile',
      span: install.verb.span,
      message: 'uv cannot link from a mounted cache, and warns before it copies',
      hint: 'set ENV UV_LINK_MODE=copy',
    }
    return
  }
}

/** Whether a COPY takes all of the build context. */
export function copiesEverything({ from, fromHeredoc, sources }: CopyStep): boolean {
  return !from && !fromHeredoc && sources.some(({ value }) => value !== undefined && isAll(value))
}

function isAll(path: string): boolean {
  return /^(?:\.?\/?|\.?\/?\*)$/.test(path) || (contextRelative(path) === '' && posix.normalize(path) === '.')
}

/** All sources in front of the install of a requirements file. */
export function* copyBeforeInstall({ installs, context }: Facts): Iterable<Problem> {
  for (const install of installs) {
    if ((install.tool !== 'pip' && install.tool !== 'uv pip') || install.uncertain || install.verb.value !== 'install')
      continue
    const local =
      install.wanted.some(({ statement }) => statement.kind === 'reference') ||
      optionsNamed(install.options, '-e', '--editable').length > 0
    if (local || install.files.length === 0) continue
    const steps = stepsOf(install.stage)
    const before = steps.slice(0, steps.indexOf(install.run))
    const all = before.find(step => step.kind === 'copy' && copiesEverything(step))
    if (!all || !install.stage.steps.includes(all)) continue
    const files = install.files.map(({ value }) => ({
      source: contextPath(context, install, value),
      loaded: filesOf(install, context, value),
    }))
    const self = files.every(
      ({ loaded }) =>
        loaded.length > 0 &&
        loaded.every(({ statements }) => statements.every(({ kind }) => kind !== 'reference' && kind !== 'unreadable')),
    )
    if (!self) continue
    // Other installs of sources in the same RUN need them.
    yield {
      code: 'copy-before-install',
      level: 'warning',
      in: 'dockerfile',
      span: all.instruction.span,
      message: `every change of a file installs ${torchWants(install, context).length > 0 ? 'torch and the rest of ' : ''}${install.files.map(({ value }) => value).join(', ')} again`,
      hint: 'copy the requirements file, install, and then copy the rest',
    }
  }
}

/** Files that do not name torch may still bring it in. Reported once. */
export function* requirementsNotResolved(facts: Facts): Iterable<Problem> {
  const installs = shippedInstalls(facts)
  if (installs.some(install => torchWants(install, facts.context).length > 0)) return
  for (const install of installs) {
    const file = install.files.flatMap(({ value }) => filesOf(install, facts.context, value))[0]
    if (!file) continue
    yield {
      code: 'requirements-not-resolved',
      level: 'info',
      in: 'dockerfile',
      span: install.verb.span,
      message: `${file.path} does not name torch; whether something in it brings torch in is not looked up here`,
      hint: `torchpin check ${asArgument(file.path)} resolves it`,
    }
    return
  }
}
