import type { Options } from '../contract/options.ts'
import { canonicalizeName } from '../packaging/names.ts'
import type { RequirementLine } from '../torch/lines.ts'
import type { Project } from './projects.ts'

/** What a user chooses of a project. */
type Choices = Pick<Options, 'extras' | 'groups'>

/** Sentences on extras and groups that the user chose and no project has: a typing error would go unnoticed. */
export function unknownChoices(projects: readonly Project[], { extras, groups }: Choices): string[] {
  // The groups of Poetry are in tables of its own.
  if (projects.some(({ manager }) => manager !== 'uv')) return []
  const files = projects.flatMap(({ root, members }) => [root, ...members])
  const unknown = (chosen: readonly string[] | 'all', of: 'extras' | 'groups') =>
    chosen === 'all'
      ? []
      : chosen.filter(name => !files.some(({ pyproject }) => pyproject[of].has(canonicalizeName(name))))
  return [
    ...unknown(extras, 'extras').map(name => `no project here has an extra ${name}`),
    ...unknown(groups ?? [], 'groups').map(name => `no project here has a dependency group ${name}`),
  ]
}

/** Whether a line is one of what is installed: what the project needs itself, its default groups, or what the user chose. */
export function isInstalledLine(
  { file, statement: { span } }: RequirementLine,
  { root, members, lock }: Project,
  { extras, groups }: Choices,
): boolean {
  const of = [root, ...members].find(({ files }) => files.includes(file))
  const { table, name } = of?.manifest.entries.find(({ at }) => at.start === span.start)?.where ?? {}
  const has = (chosen: readonly string[] | 'all') =>
    chosen === 'all' || chosen.some(one => canonicalizeName(one) === canonicalizeName(name ?? 'dev'))
  if (table === 'extra') return has(extras)
  if (table !== 'group' && table !== 'dev-dependencies') return true
  return has(groups ?? lock?.lock.defaultGroups ?? [])
}
