import type { CopyStep, Stage } from '../../project-files/dockerfile/dockerfile.ts'
import type { Edit } from '../../text/edits.ts'
import { type BuildContext, contextPath, contextRelative } from '../context.ts'
import { patternMatcher } from '../dockerignore.ts'
import { lineEndingOf } from '../edited-text.ts'
import type { Facts, Problem } from '../facts.ts'
import { copiesEverything } from './caches.ts'

function contextCopies(stages: readonly Stage[]): CopyStep[] {
  return stages.flatMap(stage => stage.steps.flatMap(step => (step.kind === 'copy' && !step.from ? [step] : [])))
}

/** Everything is copied, and nothing left out. */
export function* noDockerignore({ used, context }: Facts): Iterable<Problem> {
  if (context.ignore) return
  const copy = contextCopies(used).find(copiesEverything)
  if (!copy) return
  yield {
    code: 'no-dockerignore',
    level: 'warning',
    in: 'dockerfile',
    span: copy.instruction.span,
    message: 'the whole context is copied, and no .dockerignore keeps .git, environments, caches and secrets out',
    hint: 'torchpin docker init writes one',
  }
}

/** A COPY of what is left out. */
export function* dockerignoreHidesNeededFile(facts: Facts): Iterable<Problem> {
  const { used, context, installs } = facts
  const rules = context.ignore?.rules
  if (!rules || !context.complete) return
  const problem = (span: Problem['span'], path: string): Problem => ({
    code: 'dockerignore-hides-needed-file',
    level: 'error',
    in: 'dockerfile',
    span,
    message: `${context.ignore!.path} leaves ${path} out, so the build does not find it`,
    hint: `add !${path} behind the pattern, or take the pattern out`,
  })
  const reported = new Set<string>()
  for (const { sources, fromHeredoc } of contextCopies(used)) {
    for (const { value, span } of sources) {
      if (value === undefined || fromHeredoc || /^[a-z][\w+.-]*:\/\/|^git@|^<</i.test(value)) continue
      const path = contextRelative(value)
      if (path === '' || path === '*' || reported.has(path) || !isHidden(path, context)) continue
      reported.add(path)
      yield problem(span, path)
    }
  }
  for (const install of installs) {
    for (const { value, span } of install.files) {
      const path = contextPath(context, install, value)
      if (path === undefined || reported.has(path) || !context.files.has(path) || !rules.ignores(path)) continue
      reported.add(path)
      yield problem(span, path)
    }
  }
}

/** Whether nothing of a path, or of what a pattern matches, gets through. */
function isHidden(path: string, { files, folders, ignore }: BuildContext): boolean {
  const { ignores } = ignore!.rules
  const matches = /[*?[]/.test(path) ? patternMatcher(path) : (name: string) => name === path
  const named = [...files, ...folders].filter(matches)
  if (named.length === 0) return false
  return named.every(name => {
    if (!folders.has(name)) return ignores(name)
    const below = [...files].filter(file => file.startsWith(`${name}/`))
    return below.length > 0 && below.every(ignores)
  })
}

/** What no image needs: the pattern, a path that shows whether it is left out, and whether it is there at all. */
const gaps: readonly {
  readonly pattern: string
  readonly example: string
  readonly there: (context: BuildContext) => boolean
}[] = [
  { pattern: '.git', example: '.git/HEAD', there: ({ repository }) => repository !== 'above' },
  { pattern: '**/__pycache__', example: 'package/__pycache__/module.pyc', there: () => true },
  ...['.venv', 'venv', 'env'].map(name => ({
    pattern: name,
    example: `${name}/pyvenv.cfg`,
    there: ({ files }: BuildContext) => files.has(`${name}/pyvenv.cfg`),
  })),
  { pattern: '.env', example: '.env', there: ({ files }) => files.has('.env') },
  ...['.mypy_cache', '.pytest_cache', '.ruff_cache', '.tox', 'node_modules'].map(name => ({
    pattern: name,
    example: `${name}/x`,
    there: ({ folders }: BuildContext) => folders.has(name),
  })),
]

/** What a .dockerignore forgets while everything is copied. */
export function* dockerignoreGaps({ used, context }: Facts): Iterable<Problem> {
  const { ignore } = context
  if (!ignore || !contextCopies(used).some(copiesEverything)) return
  const { rules } = ignore
  const missing = gaps.filter(
    ({ pattern, example, there }) =>
      there(context) &&
      !rules.ignores(example) &&
      !rules.patterns.some(found => found.exception && found.pattern === pattern),
  )
  // Another rule reports a pattern that reaches the top only, and fixes it.
  const reported = new Set(rules.patterns.filter(isForGit).map(({ pattern }) => `**/${pattern}`))
  const patterns = missing.map(({ pattern }) => pattern).filter(pattern => !reported.has(pattern))
  if (patterns.length === 0) return
  const ending = lineEndingOf(rules.text)
  const open = rules.text !== '' && !/[\r\n]$/.test(rules.text)
  const at = rules.text.length
  yield {
    code: 'dockerignore-gaps',
    level: 'warning',
    in: 'dockerignore',
    span: { start: 0, end: 0 },
    message: `everything is copied, and ${patterns.join(', ')} ${patterns.length === 1 ? 'is' : 'are'} not left out`,
    hint: `add ${patterns.join(', ')}`,
    edits: [{ start: at, end: at, text: `${open ? ending : ''}${patterns.join(ending)}${ending}` }],
  }
}

/** Names of what Python and desktops put into every folder. */
const everywhere =
  /^(?:__pycache__|\*\.py[cod]|\*\.py\[[codi]+\]|\*\$py\.class|\.ipynb_checkpoints|\.DS_Store|Thumbs\.db)$/

function isForGit({
  pattern,
  exception,
  written,
}: NonNullable<BuildContext['ignore']>['rules']['patterns'][number]): boolean {
  return !exception && !written.startsWith('/') && everywhere.test(pattern)
}

/** Patterns that would do more in a .gitignore, and comments that are none. */
export function* dockerignoreRootOnly({ context }: Facts): Iterable<Problem> {
  const rules = context.ignore?.rules
  if (!rules) return
  for (const found of rules.patterns) {
    const { pattern, written, span } = found
    const probe = `a/b/${pattern.replace(/\[([^[\]])[^[\]]*\]/, '$1').replace('*', 'x')}`
    if (isForGit(found) && !rules.ignores(probe)) {
      const edit: Edit = { ...span, text: `**/${written.replace(/^\.\//, '')}` }
      yield {
        code: 'dockerignore-root-only',
        level: 'warning',
        in: 'dockerignore',
        span,
        message: `${written} matches at the top of the context only`,
        hint: `write **/${written.replace(/^\.\//, '')}`,
        edits: [edit],
      }
    } else if (/\s#/.test(written)) {
      yield {
        code: 'dockerignore-root-only',
        level: 'warning',
        in: 'dockerignore',
        span,
        message: `# begins a comment in the first column only, so the pattern is all of ${written}`,
        hint: 'put the comment on a line of its own',
      }
    }
  }
}
