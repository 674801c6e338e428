import { optionsNamed } from '../project-files/commands/options.ts'
import type { Word } from '../project-files/shell/words.ts'
import type { Edit } from '../text/edits.ts'
import { cpuExtras } from '../torch/extras.ts'
import { ruleFor } from '../torch/rules.ts'
import { removeWords, replaceInWord } from './command-edits.ts'
import type { Facts } from './facts.ts'
import type { Install, Wanted } from './install.ts'
import { indexesOfInstall } from './install-indexes.ts'

/**
 * What replaces the words of an install that ask for GPU packages, by the tables of `rewrite`. Some words have no edit that is
 * known to work, and are left out: a package without a CPU form, which code imports, and one pinned to releases that its CPU
 * form may lack.
 *
 * An extra that brings CUDA is removed. The CPU form replaces a CUDA build where the install asks the public index. A package
 * that serves CUDA builds of others is removed where the command still has something to install.
 */
export function cpuForms(install: Install, { context, dockerfile: { source } }: Facts): ReadonlyMap<Word, Edit> {
  const { wanted, files, options, uncertain } = install
  if ((install.tool !== 'pip' && install.tool !== 'uv pip') || uncertain) return new Map()
  if (optionsNamed(options, '--require-hashes', '--no-index').length > 0) return new Map()
  const asked = indexesOfInstall(install, context)
  const asksPublic = !asked.uncertain && asked.indexes.every(({ role, kind }) => role !== 'main' || kind === 'public')
  const staysBusy =
    files.length > 0 || optionsNamed(options, '-e', '--editable').length > 0 || !wanted.every(isCudaOnly)
  return new Map(
    wanted.flatMap(each => {
      const { word } = each
      if (isCudaOnly(each)) return staysBusy ? [[word, removeWords(source, install, [word])]] : []
      const text = cpuForm(each, asksPublic)
      const edit = text === undefined ? undefined : replaceInWord(source, word, text)
      return edit ? [[word, edit]] : []
    }),
  )
}

function isCudaOnly({ statement }: Wanted): boolean {
  return statement.kind === 'requirement' && ruleFor(statement.requirement.key)?.action === 'cuda-only'
}

/** A word without what brings CUDA; undefined where it brings none, or where its CPU form may not work. */
function cpuForm({ word, statement }: Wanted, asksPublic: boolean): string | undefined {
  if (statement.kind !== 'requirement' || word.value === undefined) return undefined
  const { key, name, extras, specifier, spans, url } = statement.requirement
  const rule = ruleFor(key)
  const kept = cpuExtras(key, extras)
  let project = name
  if (rule?.action === 'replace') {
    // The CPU form has the same version numbers, but not all of them.
    const isOpen = specifier.clauses.every(({ operator }) => /^(?:>=?|!=)$/.test(operator))
    if (rule.runsOnCpu || !isOpen || !asksPublic || url !== undefined) return undefined
    project = rule.with
  } else if (kept === extras) return undefined
  const rest = word.value.slice((spans.extras ?? spans.name).end)
  return `${project}${kept.length > 0 ? `[${kept}]` : ''}${rest}`
}
