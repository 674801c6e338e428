import type { Diagnostic } from '../../contract/results/rewrite.ts'
import { isIndexOption, markerBehind } from '../../formats/requirements/index-options.ts'
import type { RequirementsFile } from '../../formats/requirements/requirements-file.ts'
import { positionAt } from '../../text/position.ts'

/** Notices about lines that name an index and have no effect, or another effect than they seem to have. */
export function ofIndexFaults(
  file: RequirementsFile,
  { installsWithUv }: { readonly installsWithUv: boolean },
): Diagnostic[] {
  return file.statements.flatMap((statement): Diagnostic[] => {
    if (statement.kind !== 'option') return []
    const named = statement.options.filter(({ name, effective }) => effective && isIndexOption(name))
    const last = named.at(-1)
    if (!last) return []
    const at = { level: 'warning', line: positionAt(file.source, statement.span.start).line } as const
    const unset = named.flatMap(({ value = '' }) => [...value.matchAll(/\$\{([A-Z0-9_]+)\}/g)].map(([, name]) => name!))
    const reported: Diagnostic[] = [...new Set(unset)].map(name => ({
      ...at,
      code: 'variable-not-set',
      message: `the variable ${name} is not set here, so what ${last.written} names is not read`,
      hint: `set ${name} as it is where the file is installed, and run again`,
    }))
    if (statement.leftovers.length > 0 && !markerBehind(file.source, statement))
      reported.push({
        ...at,
        code: 'option-ignored',
        message: `pip drops what is behind the value of ${last.written}, and uv takes it for a part of it`,
        hint: 'give each index a line and an option of its own',
      })
    if (installsWithUv && file.role === 'constraints')
      reported.push({
        ...at,
        code: 'index-in-constraints',
        message: `uv does not read ${last.written} in a file of constraints that another file names`,
        hint: 'put the line into the file that names this one',
      })
    return reported
  })
}
